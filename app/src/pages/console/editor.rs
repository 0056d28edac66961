//! The window in which a test is written: what the lead says, what has to come of it, and what a judge looks for.

use domain::id::{AgentId, TestId};
use domain::problem::Problems;
use domain::skill::{Escalation, Tool};
use domain::suite::TestDraft;
use leptos::prelude::*;

use super::api::save_test;
use super::form::{KINDS, Row, rows};
use crate::error::AppError;
use crate::ui::{
    Button, Choice, Dialog, Field, FormError, Icon, IconButton, Select, Size, TextArea, TextInput, Variant, use_toasts,
};

/// A test that is being written, and which one it is, unless it is new.
#[derive(Debug, Clone, PartialEq)]
pub struct Writing {
    /// The one that is changed.
    pub id: Option<TestId>,
    /// As it was, or as it is suggested.
    pub draft: TestDraft,
}

/// The window; open while there is something to write.
#[component]
pub fn TestEditor(
    /// The agent.
    agent: AgentId,
    /// What is written; none closes the window.
    writing: RwSignal<Option<Writing>>,
    /// After it was saved.
    #[prop(optional, into)]
    on_saved: Option<Callback<()>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(writing.with(Option::is_some)));
    let empty = || RwSignal::new(String::new());
    let (name, input, judge, note) = (empty(), empty(), empty(), empty());
    let list = RwSignal::new(Vec::<Row>::new());
    let (problems, error) = (RwSignal::new(Problems::none()), RwSignal::new(None::<AppError>));
    Effect::new(move |_| {
        if let Some(writing) = writing.get() {
            name.set(writing.draft.name.clone());
            input.set(writing.draft.input.clone());
            judge.set(writing.draft.judge.clone().unwrap_or_default());
            note.set(writing.draft.note.clone());
            list.set(rows(&writing.draft));
            problems.set(Problems::none());
            error.set(None);
        }
    });
    let toasts = use_toasts();
    let save = Action::new(move |()| {
        let found = writing.get_untracked();
        async move {
            let Some(Writing { id, draft }) = found else { return };
            let draft = TestDraft {
                name: name.get_untracked(),
                input: input.get_untracked(),
                assertions: list.with_untracked(|rows| rows.iter().map(Row::read).collect()),
                judge: Some(judge.get_untracked()).filter(|j| !j.trim().is_empty()),
                note: note.get_untracked(),
                ..draft
            };
            let wrong = draft.check();
            if !wrong.0.is_empty() {
                problems.set(wrong);
                return;
            }
            match save_test(agent, id, draft).await {
                Ok(_) => {
                    writing.set(None);
                    toasts.success("Test saved.");
                    if let Some(on_saved) = on_saved {
                        on_saved.try_run(());
                    }
                }
                Err(AppError::Invalid { problems: wrong }) => problems.set(wrong),
                Err(e) => error.set(Some(e)),
            }
        }
    });
    let of = move |field: &'static str| move || problems.with(|p| p.of(field).map(str::to_owned));
    let title = move || match writing.with(|w| w.as_ref().is_some_and(|w| w.id.is_some())) {
        true => "Edit test".to_owned(),
        false => "Save as test".to_owned(),
    };
    view! {
        <Dialog
            open=open title=Signal::derive(title) wide=true
            on_close=move |()| writing.set(None)
            footer=move || view! {
                <Button on_click=move |_| writing.set(None)>"Cancel"</Button>
                <Button variant=Variant::Primary busy=save.pending() on_click=move |_| { save.dispatch(()); }>"Save test"</Button>
            }
        >
            <div class="flex flex-col gap-4">
                <Field id="test-name" label="Test name" problem=of("name")><TextInput bind=name autocomplete="off"/></Field>
                <Field id="test-input" label="What the lead says" problem=of("input")><TextArea bind=input rows=2/></Field>
                {move || writing.with(|w| w.as_ref().map(|w| scene(&w.draft)))}
                <fieldset class="flex flex-col gap-2">
                    <legend class="mb-2 text-sm font-medium text-ink">"What has to come of it"</legend>
                    <ul class="flex flex-col gap-2">
                        <For each=move || list.with(|l| l.iter().map(|r| r.key).collect::<Vec<_>>()) key=|key| *key let:key>
                            <AssertionRow list problems key/>
                        </For>
                    </ul>
                    {move || of("assertions")().map(|words| view! { <p class="text-xs text-bad" role="alert">{words}</p> })}
                    <div>
                        <Button
                            size=Size::Small icon=Icon::Plus
                            on_click=move |_| list.update(|l| {
                                let key = l.iter().map(|r| r.key).max().map_or(0, |k| k + 1);
                                l.push(Row { key, kind: "contains".to_owned(), value: String::new() });
                            })
                        >"Add assertion"</Button>
                    </div>
                </fieldset>
                <Field
                    id="test-judge" label="What a judge looks for" optional=true problem=of("judge")
                    hint="A model reads the answer and says whether this is true of it. It costs one call more."
                >
                    <TextArea bind=judge rows=2 placeholder=Some("It offers a visit on Tuesday and stays friendly.".to_owned())/>
                </Field>
                <Field id="test-note" label="Note" optional=true problem=of("note") hint="Why there is this test.">
                    <TextArea bind=note rows=2/>
                </Field>
                <FormError error=move || error.get()/>
            </div>
        </Dialog>
    }
}

/// The rest of the scene, in a line.
fn scene(draft: &TestDraft) -> impl IntoView + use<> {
    let channel = draft.channel.map_or("no channel rules", |c| c.label());
    let lead = if draft.lead_name.trim().is_empty() { "nobody known" } else { draft.lead_name.trim() };
    let before = match draft.history.len() {
        0 => "nothing said before".to_owned(),
        1 => "one message before it".to_owned(),
        n => format!("{n} messages before it"),
    };
    view! { <p class="text-xs text-ink-3">{format!("Channel: {channel}. Lead: {lead}. {before}.")}</p> }
}

/// One assertion: its kind, its value, and a button that removes it.
#[component]
fn AssertionRow(list: RwSignal<Vec<Row>>, problems: RwSignal<Problems>, key: u32) -> impl IntoView {
    let row = Memo::new(move |_| list.with(|l| l.iter().find(|r| r.key == key).cloned().unwrap_or_default()));
    let number = Memo::new(move |_| list.with(|l| l.iter().position(|r| r.key == key).map_or(0, |at| at + 1)));
    let set = move |change: &dyn Fn(&mut Row)| {
        list.update(|l| {
            if let Some(row) = l.iter_mut().find(|r| r.key == key) {
                change(row);
            }
        });
    };
    let kinds: Vec<Choice> = KINDS.iter().map(|(kind, label, _)| Choice::new(*kind, *label)).collect();
    let kind = Memo::new(move |_| row.with(|r| r.kind.clone()));
    let value = Signal::derive(move || row.with(|r| r.value.clone()));
    let on_kind = move |word: String| {
        set(&|row| {
            row.value = Row::first_value(&word).to_owned();
            row.kind.clone_from(&word);
        });
    };
    let on_value = move |text: String| set(&|row| row.value.clone_from(&text));
    let problem = move || {
        let field = format!("assertions.{}", number.get().saturating_sub(1));
        problems.with(|p| {
            p.0.iter()
                .find(|p| p.field == field || p.field.starts_with(&format!("{field}.")))
                .map(|p| p.message.clone())
        })
    };
    let field = move || {
        let kind = kind.get();
        let (n, id) = (number.get_untracked(), format!("assertion-{key}-value"));
        let about = KINDS.iter().find(|(k, ..)| *k == kind).map_or("", |(_, _, about)| *about);
        match kind.as_str() {
            "not_escalated" => ().into_any(),
            "escalated" => {
                let reasons: Vec<Choice> = std::iter::once(Choice::new("", "For any reason"))
                    .chain(Escalation::ALL.iter().map(|r| Choice::new(r.as_str(), r.label())))
                    .collect();
                view! { <Select value=value on_change=on_value options=reasons id=id label=format!("Reason of assertion {n}")/> }.into_any()
            }
            "tool_not_used" => {
                let tools: Vec<Choice> = Tool::ALL.iter().map(|t| Choice::new(t.as_str(), t.as_str())).collect();
                view! { <Select value=value on_change=on_value options=tools id=id label=format!("Tool of assertion {n}")/> }.into_any()
            }
            word => {
                let input = if word.starts_with("at_most") { "number" } else { "text" };
                view! {
                    <TextInput value=value on_input=on_value kind=input id=id label=format!("{about} of assertion {n}") placeholder=about autocomplete="off"/>
                }
                .into_any()
            }
        }
    };
    view! {
        <li>
            <div class="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-2 sm:grid-cols-[13rem_minmax(0,1fr)_auto]">
                <Select value=Signal::derive(move || kind.get()) on_change=on_kind options=kinds id=format!("assertion-{key}-kind") label=format!("Kind of assertion {}", key + 1)/>
                <div class="max-sm:order-last max-sm:col-span-2">{field}</div>
                <IconButton
                    icon=Icon::Trash label=Signal::derive(move || format!("Remove assertion {}", number.get()))
                    on_click=move |_| list.update(|l| l.retain(|r| r.key != key))
                />
            </div>
            {move || problem().map(|words| view! { <p class="mt-1 text-xs text-bad" role="alert">{words}</p> })}
        </li>
    }
}
