//! The fields of the inspector, by kind of step. Every change is a `FlowEdit`. Not here: title, exits, problems (`inspector`).

use domain::agent::AgentStatus;
use domain::flow::check::Known;
use domain::flow::condition::{Case, Test};
use domain::flow::edit::FlowEdit;
use domain::flow::{NodeId, NodeKind};
use domain::message::Channel;
use domain::template::TemplateState;
use leptos::prelude::*;

use super::state::{Editor, use_editor};
use crate::ui::{Button, Choice, Field, Icon, IconButton, Select, Size, StatusBadge, TextInput, Variant};

/// The first problem of a node among these rules.
fn problem(editor: Editor, id: &str, codes: &'static [&'static str]) -> Signal<Option<String>> {
    let id = id.to_owned();
    let found = Memo::new(move |_| {
        editor.problems.with(|list| {
            list.iter()
                .find(|p| p.node.as_ref() == Some(&id) && codes.contains(&p.code.as_str()))
                .map(|p| p.message.clone())
        })
    });
    found.into()
}

fn change(editor: Editor, id: &str, kind: NodeKind) {
    editor.edit(&FlowEdit::Change { id: id.to_owned(), kind });
}

/// Which template is sent.
#[component]
pub fn TemplateField(id: NodeId, channel: Channel) -> impl IntoView {
    let editor = use_editor();
    let node = editor.node(id.clone());
    let chosen = Memo::new(move |_| {
        node.with(|n| match n.as_ref().map(|n| &n.kind) {
            Some(NodeKind::Send { template_id, .. }) => *template_id,
            _ => None,
        })
    });
    let options = Signal::derive(move || editor.known.with(|k| template_choices(k, channel)));
    let state = Memo::new(move |_| {
        let id = chosen.get()?;
        editor.known.with(|k| k.templates.iter().find(|t| t.id == id).map(|t| t.state))
    });
    let trouble = problem(editor, &id, &["no_template", "unknown_template", "wrong_channel", "unapproved_template"]);
    let choose = move |word: String| {
        change(editor, &id, NodeKind::Send { channel, template_id: word.parse().ok() });
    };
    let label = if channel == Channel::Voice { "Script" } else { "Template" };
    view! {
        <Field id="flow-template" label=label problem=trouble>
            <Select
                value=move || chosen.get().map(|id| id.to_string()).unwrap_or_default()
                options=options
                placeholder="Choose a template"
                on_change=choose
                disabled=!editor.may_write
            />
        </Field>
        <div class="-mt-2 flex items-center justify-between gap-2 text-xs">
            // Only WhatsApp templates are approved by anybody.
            {move || state.get().filter(|_| channel == Channel::Whatsapp).map(|s| view! { <StatusBadge status=s.as_str()/> })}
            <a class="ml-auto font-medium text-accent-text underline decoration-accent-line underline-offset-2 hover:decoration-current" href=format!("/templates?channel={channel}")>"Manage templates"</a>
        </div>
    }
}

/// The templates of a channel, approved ones first, each with its state where that matters.
fn template_choices(known: &Known, channel: Channel) -> Vec<Choice> {
    let mut fitting: Vec<_> = known.templates.iter().filter(|t| t.channel == channel).collect();
    fitting.sort_by_key(|t| (channel == Channel::Whatsapp && t.state != TemplateState::Approved, t.name.clone()));
    fitting
        .into_iter()
        .map(|t| {
            let note = if channel == Channel::Whatsapp { format!(" ({})", t.state) } else { String::new() };
            Choice::new(t.id.to_string(), format!("{}{note}", t.name))
        })
        .collect()
}

/// Which agent takes over.
#[component]
pub fn AgentField(id: NodeId) -> impl IntoView {
    let editor = use_editor();
    let node = editor.node(id.clone());
    let chosen = move || {
        node.with(|n| match n.as_ref().map(|n| &n.kind) {
            Some(NodeKind::Agent { agent_id: Some(id) }) => id.to_string(),
            _ => String::new(),
        })
    };
    let options = Signal::derive(move || {
        editor.known.with(|k| {
            let mut agents: Vec<_> = k.agents.iter().collect();
            agents.sort_by_key(|a| (a.status != AgentStatus::Live, a.name.clone()));
            agents
                .into_iter()
                .map(|a| Choice::new(a.id.to_string(), format!("{} ({})", a.name, a.status)))
                .collect::<Vec<_>>()
        })
    });
    let trouble = problem(editor, &id, &["no_agent", "unknown_agent", "agent_not_live"]);
    let choose = move |word: String| change(editor, &id, NodeKind::Agent { agent_id: word.parse().ok() });
    view! {
        <Field id="flow-agent" label="Agent" hint="Answers this lead from here on, until a person takes over." problem=trouble>
            <Select value=chosen options=options placeholder="Choose an agent" on_change=choose disabled=!editor.may_write/>
        </Field>
    }
}

/// A unit of time.
const UNITS: [(&str, &str, u32); 4] =
    [("s", "seconds", 1), ("min", "minutes", 60), ("h", "hours", 3_600), ("d", "days", 86_400)];

/// The largest unit that a length is a whole number of.
fn best_unit(secs: u32) -> u32 {
    UNITS.iter().rev().map(|u| u.2).find(|u| secs > 0 && secs.is_multiple_of(*u)).unwrap_or(60)
}

/// How long a step waits.
#[component]
pub fn WaitField(id: NodeId, for_reply: bool) -> impl IntoView {
    let editor = use_editor();
    let node = editor.node(id.clone());
    let secs = Memo::new(move |_| {
        node.with(|n| match n.as_ref().map(|n| &n.kind) {
            Some(NodeKind::WaitReply { timeout_secs: s } | NodeKind::Delay { secs: s }) => *s,
            _ => 0,
        })
    });
    // The unit one chose stays while the number fits it: 24 hours do not turn into a day under one's hands.
    let chosen = RwSignal::new(best_unit(secs.get_untracked()));
    let unit = Memo::new(move |_| {
        let (secs, unit) = (secs.get(), chosen.get());
        if secs.is_multiple_of(unit) { unit } else { best_unit(secs) }
    });
    let set = StoredValue::new(id.clone());
    let set = move |secs: u32| {
        let kind = if for_reply { NodeKind::WaitReply { timeout_secs: secs } } else { NodeKind::Delay { secs } };
        set.with_value(|id| change(editor, id, kind));
    };
    let on_number = move |text: String| {
        if let Ok(n) = text.trim().parse::<u32>() {
            set(n.saturating_mul(unit.get_untracked()));
        }
    };
    let on_unit = move |word: String| {
        let Some(next) = UNITS.iter().find(|u| u.0 == word).map(|u| u.2) else { return };
        let n = secs.get_untracked() / unit.get_untracked();
        chosen.set(next);
        set(n.saturating_mul(next));
    };
    let word = move || UNITS.iter().find(|u| u.2 == unit.get()).map_or("min", |u| u.0).to_owned();
    let options: Vec<Choice> = UNITS.iter().map(|u| Choice::new(u.0, u.1)).collect();
    let (label, hint) = if for_reply {
        ("Wait at most", "An answer is taken at once; after this time it goes on by “no reply”.")
    } else {
        ("Wait", "Then it goes on, whatever was said.")
    };
    let trouble = problem(editor, &id, &["bad_wait"]);
    view! {
        <Field id="flow-wait" label=label hint=hint problem=trouble>
            <div class="flex gap-2">
                <TextInput
                    kind="number"
                    min="1"
                    max="7776000"
                    value=move || (secs.get() / unit.get()).to_string()
                    on_input=on_number
                    disabled=!editor.may_write
                />
                <Select id="flow-wait-unit" label="Unit of time" value=word options=options on_change=on_unit disabled=!editor.may_write/>
            </div>
        </Field>
    }
}

/// Which system is called.
#[component]
pub fn WebhookField(id: NodeId) -> impl IntoView {
    let editor = use_editor();
    let node = editor.node(id.clone());
    let url = move || {
        node.with(|n| match n.as_ref().map(|n| &n.kind) {
            Some(NodeKind::Webhook { url }) => url.clone(),
            _ => String::new(),
        })
    };
    let trouble = problem(editor, &id, &["bad_url"]);
    view! {
        <Field id="flow-url" label="Address" hint="Gets one JSON POST per lead that comes here." problem=trouble>
            <TextInput
                kind="url"
                value=url
                placeholder="https://example.com/hook"
                on_input=move |url: String| change(editor, &id, NodeKind::Webhook { url: url.trim().to_owned() })
                disabled=!editor.may_write
            />
        </Field>
    }
}

fn test_label(test: Test) -> &'static str {
    match test {
        Test::Positive => "Says yes",
        Test::Negative => "Says no",
        Test::Question => "Asks a question",
        Test::Contains => "Contains a word",
        Test::Key => "Presses a key",
    }
}

/// The cases of a branch.
#[component]
pub fn BranchField(id: NodeId) -> impl IntoView {
    let editor = use_editor();
    let node = editor.node(id.clone());
    let cases = Memo::new(move |_| {
        node.with(|n| match n.as_ref().map(|n| &n.kind) {
            Some(NodeKind::Branch { cases }) => cases.clone(),
            _ => vec![],
        })
    });
    let count = Memo::new(move |_| u32::try_from(cases.with(Vec::len)).unwrap_or(u32::MAX));
    let trouble = problem(editor, &id, &["bad_cases", "empty_case"]);
    let owner = id.clone();
    let add = move |_| {
        let mut next = cases.get_untracked();
        let fresh =
            [Test::Positive, Test::Negative, Test::Question].into_iter().find(|t| next.iter().all(|c| c.test != *t));
        next.push(Case { test: fresh.unwrap_or(Test::Contains), value: String::new() });
        change(editor, &id, NodeKind::Branch { cases: next });
    };
    view! {
        <fieldset class="space-y-2">
            <legend class="mb-1.5 text-sm font-medium text-ink">"If the last reply"</legend>
            <ol class="space-y-2">
                <For each=move || 0..count.get() key=|i| *i let:i>
                    <CaseRow id=owner.clone() index=i cases=cases count=count/>
                </For>
            </ol>
            {move || trouble.get().map(|text| view! { <p class="text-xs text-bad">{text}</p> })}
            <Button size=Size::Small variant=Variant::Secondary icon=Icon::Plus on_click=add disabled=move || { !editor.may_write || count.get() >= 10 }>
                "Add a case"
            </Button>
            <p class="text-xs text-ink-3">"The first case that holds decides; if none does, it goes on by “otherwise”."</p>
        </fieldset>
    }
}

/// One case.
#[component]
fn CaseRow(id: NodeId, index: u32, cases: Memo<Vec<Case>>, count: Memo<u32>) -> impl IntoView {
    let editor = use_editor();
    let at = index as usize;
    let case = Memo::new(move |_| cases.with(|c| c.get(at).cloned()));
    let test = Memo::new(move |_| case.get().map(|c| c.test));
    let id = StoredValue::new(id);
    let set = move |with: &dyn Fn(&mut Case)| {
        let mut next = cases.get_untracked();
        if let Some(case) = next.get_mut(at) {
            with(case);
            id.with_value(|id| change(editor, id, NodeKind::Branch { cases: next }));
        }
    };
    let on_test = move |word: String| {
        if let Ok(test) = word.parse::<Test>() {
            set(&|case| case.test = test);
        }
    };
    let go = move |to: u32| {
        id.with_value(|id| editor.edit(&FlowEdit::MoveCase { id: id.clone(), case: index, to }));
    };
    let remove = move |_| {
        id.with_value(|id| editor.edit(&FlowEdit::RemoveCase { id: id.clone(), case: index }));
    };
    let options: Vec<Choice> = Test::ALL.iter().map(|t| Choice::new(t.as_str(), test_label(*t))).collect();
    let locked = !editor.may_write;
    let number = index + 1;
    view! {
        <li class="space-y-1.5 rounded-md border border-line bg-surface-2 p-2">
            <div class="flex items-center gap-1">
                <Select
                    id=format!("flow-case-{number}")
                    label=format!("Case {number}")
                    value=move || test.get().map(|t| t.as_str().to_owned()).unwrap_or_default()
                    options=options
                    on_change=on_test
                    disabled=locked
                />
                <IconButton icon=Icon::ArrowUp label=format!("Move case {number} up") size=Size::Small disabled=locked || index == 0 on_click=move |_| go(index.saturating_sub(1))/>
                <IconButton icon=Icon::ArrowDown label=format!("Move case {number} down") size=Size::Small disabled=move || { locked || number >= count.get() } on_click=move |_| go(number)/>
                <IconButton icon=Icon::Trash label=format!("Remove case {number}") size=Size::Small disabled=move || { locked || count.get() <= 1 } on_click=remove/>
            </div>
            {move || {
                let (label, example, id) = match test.get()? {
                    Test::Contains => ("Words, separated by commas", "price, cost", format!("flow-words-{number}")),
                    Test::Key => ("Key", "1", format!("flow-key-{number}")),
                    _ => return None,
                };
                Some(view! {
                    <TextInput
                        id=id
                        label=label
                        placeholder=example
                        value=move || case.get().map(|c| c.value).unwrap_or_default()
                        on_input=move |text: String| set(&|case| case.value.clone_from(&text))
                        disabled=locked
                    />
                })
            }}
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::flow::check::KnownTemplate;
    use domain::id::TemplateId;

    #[test]
    fn a_length_is_shown_in_its_largest_whole_unit() {
        for (secs, unit) in [(30, 1), (60, 60), (90, 1), (7_200, 3_600), (86_400, 86_400), (90_000, 3_600), (0, 60)] {
            assert_eq!(best_unit(secs), unit, "{secs}");
        }
    }

    #[test]
    fn only_templates_of_the_channel_are_offered_approved_ones_first() {
        let template = |n: u128, name: &str, channel, state| KnownTemplate {
            id: TemplateId::new(uuid::Uuid::from_u128(n)),
            name: name.into(),
            channel,
            state,
        };
        let known = Known {
            templates: vec![
                template(1, "a", Channel::Whatsapp, TemplateState::Rejected),
                template(2, "b", Channel::Whatsapp, TemplateState::Approved),
                template(3, "c", Channel::Sms, TemplateState::Draft),
            ],
            agents: vec![],
        };
        let shown = |channel| template_choices(&known, channel).into_iter().map(|c| c.label).collect::<Vec<_>>();
        assert_eq!(shown(Channel::Whatsapp), ["b (approved)", "a (rejected)"]);
        assert_eq!(shown(Channel::Sms), ["c"]);
    }
}
