//! The edit drawer of a template: the text with its placeholders, how it reads, and whether WhatsApp approved it.

use domain::id::TemplateId;
use domain::message::Channel;
use domain::problem::Problems;
use domain::template::{KNOWN_PLACEHOLDERS, Template, TemplateDraft, TemplateState};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{TemplateEditor, edit_template, save_template, submit_template};
use super::list::StateBadge;
use super::preview::{Preview, counter};
use crate::error::AppError;
use crate::live::use_live;
use crate::pages::editing::Editing;
use crate::session::use_me;
use crate::ui::{
    Banner, Button, Choice, ConfirmDialog, Drawer, Field, FormError, Icon, Loaded, Select, Size, TextArea, TextInput,
    Tone, Variant, ask_before_back, use_toasts,
};

type EditingTemplate = Editing<TemplateDraft, TemplateId>;

fn empty() -> TemplateDraft {
    TemplateDraft { name: String::new(), channel: Channel::Sms, language: "en_US".into(), body: String::new() }
}

/// The drawer over the list.
#[component]
pub fn TemplateDrawer(
    /// What the address says: `new`, an id, or nothing.
    edit: Memo<Option<String>>,
    /// Takes `edit` out of the address.
    on_close: Callback<()>,
    /// A template was saved or handed in.
    on_saved: Callback<()>,
    /// Asks, then deletes: the id and the name.
    on_delete: Callback<(TemplateId, String)>,
) -> impl IntoView {
    let editing: EditingTemplate = Editing::new(empty(), |draft: &TemplateDraft| -> Problems { draft.check() });
    let (open, asking) = (RwSignal::new(false), RwSignal::new(false));
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    let stored = RwSignal::new(None::<Template>);
    let toasts = use_toasts();
    let live = use_live("template");
    let data = Resource::new(
        move || edit.get(),
        |edit| async move {
            match edit {
                Some(key) => edit_template(key).await.map(Some),
                None => Ok(None),
            }
        },
    );
    // The browser's dialog opens by a call, not by an attribute, so the address has to be followed.
    Effect::new(move |_| {
        failure.set(None);
        open.set(edit.get().is_some());
    });
    // A decision of WhatsApp changes where the template stands, and leaves alone what is being typed.
    Effect::new(move |before: Option<u32>| {
        let now = live.get();
        if let (Some(before), Some(key)) = (before, edit.get_untracked())
            && before != now
            && key != "new"
        {
            spawn_local(async move {
                let asked = edit_template(key.clone()).await;
                if let (Ok(editor), true) = (asked, edit.try_get_untracked().flatten() == Some(key)) {
                    stored.set(editor.template);
                }
            });
        }
        now
    });
    ask_before_back(
        Signal::derive(move || open.get() && editing.is_dirty()),
        Callback::new(move |()| asking.set(true)),
    );
    let closed = move |()| {
        if untrack(|| editing.is_dirty()) && edit.get_untracked().is_some() {
            open.set(true);
            // A frame later, so that the question lies above the drawer.
            request_animation_frame(move || asking.set(true));
        } else {
            editing.end();
            if edit.get_untracked().is_some() {
                on_close.run(());
            }
        }
    };
    let save = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failure.set(None);
        let (draft, id) = (editing.draft.get_untracked(), untrack(|| editing.base()));
        spawn_local(async move {
            let result = save_template(id, draft.clone()).await;
            busy.set(false);
            match result {
                Ok(template) => {
                    editing.accepted(template.id, template.draft.clone());
                    toasts.success(format!("{} is saved.", template.draft.name));
                    open.set(false);
                    on_saved.try_run(());
                }
                Err(AppError::Invalid { problems }) => editing.refused(draft, problems),
                Err(error) => failure.set(Some(error)),
            }
        });
    };
    let submit = move || {
        let Some(id) = untrack(|| editing.base()) else { return };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let result = submit_template(id).await;
            busy.set(false);
            match result {
                Ok(template) => {
                    toasts.success("Handed in. The state follows here by itself.");
                    stored.set(Some(template));
                    on_saved.try_run(());
                }
                Err(error) => failure.set(Some(error)),
            }
        });
    };
    let delete = move || {
        if let Some(template) = stored.get_untracked() {
            editing.discard();
            open.set(false);
            request_animation_frame(move || {
                on_delete.try_run((template.id, template.draft.name));
            });
        }
    };
    let title = Signal::derive(move || match editing.base() {
        _ if !editing.is_begun() => "Template".to_owned(),
        None => "New template".to_owned(),
        Some(_) => stored.with(|t| t.as_ref().map(|t| t.draft.name.clone())).unwrap_or_default(),
    });
    view! {
        <Drawer
            open=open
            title=title
            wide=true
            on_close=closed
            footer=move || view! {
                <Footer
                    editing stored busy failure
                    on_save=move |()| save() on_submit=move |()| submit() on_delete=move |()| delete()
                />
            }
        >
            <Loaded resource=data let:data>
                {data.map(|TemplateEditor { template }| {
                    editing.begin(template.as_ref().map(|t| t.id), template.as_ref().map_or_else(empty, |t| t.draft.clone()));
                    stored.set(template);
                    view! {
                        <form
                            class="flex flex-col gap-5"
                            on:submit=move |event| {
                                event.prevent_default();
                                save();
                            }
                        >
                            {move || stored.get().map(|template| view! { <Standing template/> })}
                            <Fields editing/>
                        </form>
                    }
                })}
            </Loaded>
        </Drawer>
        <ConfirmDialog
            open=asking
            title="Discard your changes?"
            confirm="Discard"
            danger=true
            on_confirm=move |()| {
                editing.discard();
                open.set(false);
            }
        >
            "What you changed since the last save will be lost."
        </ConfirmDialog>
    }
}

/// Where it stands, and what that means.
#[component]
fn Standing(template: Template) -> impl IntoView {
    let (tone, text) = match (template.draft.channel, template.state) {
        (Channel::Sms | Channel::Voice, _) => return ().into_any(),
        (_, TemplateState::Draft) => (
            Tone::Warn,
            "Campaigns cannot send it until WhatsApp has approved it. Submit it when the text is final.".to_owned(),
        ),
        (_, TemplateState::Submitted) => {
            (Tone::Info, "WhatsApp is looking at it. The decision shows up here by itself.".to_owned())
        }
        (_, TemplateState::Approved) => {
            (Tone::Good, "Campaigns can send it. Changing the text needs a new approval.".to_owned())
        }
        (_, TemplateState::Rejected) => (
            Tone::Bad,
            format!("WhatsApp said no: {}", template.reason.clone().unwrap_or_else(|| "it gave no reason.".into())),
        ),
    };
    view! {
        <Banner tone=tone>
            <span class="flex flex-wrap items-center gap-2">
                <StateBadge channel=template.draft.channel state=template.state/>
                <span>{text}</span>
            </span>
        </Banner>
    }
    .into_any()
}

/// The fields, the placeholders and the preview.
#[component]
fn Fields(editing: EditingTemplate) -> impl IntoView {
    let channels: Vec<Choice> = Channel::ALL.iter().map(|c| Choice::new(c.as_str(), c.label())).collect();
    let channel = Signal::derive(move || editing.draft.with(|d| d.channel));
    let body = editing.text(|d| &d.body);
    let node = NodeRef::<leptos::html::Textarea>::new();
    let insert = move |name: &'static str| {
        let placeholder = format!("{{{{{name}}}}}");
        let at = cursor(node);
        editing.draft.update(|d| {
            let at = at.and_then(|n| d.body.char_indices().nth(n).map(|(i, _)| i)).unwrap_or(d.body.len());
            d.body.insert_str(at, &placeholder);
        });
    };
    view! {
        <div class="grid gap-4 sm:grid-cols-3">
            <Field id="template-name" label="Name" hint="Lower-case words and underscores" problem=editing.problem("name")>
                <TextInput
                    mono=true placeholder="lead_followup_1".to_owned()
                    value=editing.text(|d| &d.name)
                    on_input=editing.set_text(|d, text| d.name = text)
                />
            </Field>
            <Field id="template-channel" label="Channel" problem=editing.problem("channel")>
                <Select
                    value=Signal::derive(move || channel.get().as_str().to_owned())
                    options=channels
                    on_change=move |word: String| editing.draft.update(|d| d.channel = word.parse().unwrap_or(d.channel))
                />
            </Field>
            <Field id="template-language" label="Language" problem=editing.problem("language")>
                <TextInput mono=true value=editing.text(|d| &d.language) on_input=editing.set_text(|d, text| d.language = text)/>
            </Field>
        </div>
        <Field
            id="template-body"
            label=Signal::derive(move || if channel.get() == Channel::Voice { "Script".to_owned() } else { "Text".to_owned() })
            problem=editing.problem("body")
        >
            <TextArea rows=6 node=node value=body on_input=editing.set_text(|d, text| d.body = text)/>
        </Field>
        <div class="flex flex-wrap items-center gap-1.5" role="group" aria-label="Insert a placeholder">
            {KNOWN_PLACEHOLDERS
                .iter()
                .map(|name| view! {
                    <Button size=Size::Small on_click=move |_| insert(name)>
                        <span class="font-mono text-2xs">{*name}</span>
                    </Button>
                })
                .collect_view()}
            <span class="ml-auto text-xs tabular-nums text-ink-3" role="status">
                {move || editing.draft.with(|d| counter(d.channel, &d.body))}
            </span>
        </div>
        <Preview channel body/>
    }
}

/// Where the cursor stands in the text, in characters.
fn cursor(node: NodeRef<leptos::html::Textarea>) -> Option<usize> {
    #[cfg(feature = "hydrate")]
    {
        let element = node.get_untracked()?;
        let units = usize::try_from(element.selection_start().ok()??).ok()?;
        // The browser counts UTF-16 units.
        let (text, mut seen) = (element.value(), 0);
        let before = text.chars().take_while(|c| {
            let is_before = seen < units;
            seen += c.len_utf16();
            is_before
        });
        Some(before.count())
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = node;
        None
    }
}

/// Says what is unsaved or wrong, hands in, deletes, and saves.
#[component]
fn Footer(
    editing: EditingTemplate,
    stored: RwSignal<Option<Template>>,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<AppError>>,
    #[prop(into)] on_save: Callback<()>,
    #[prop(into)] on_submit: Callback<()>,
    #[prop(into)] on_delete: Callback<()>,
) -> impl IntoView {
    let me = use_me();
    let (may_write, may_delete) = (me.may_write(), me.may_delete());
    let cannot = Signal::derive(move || !may_write || !editing.is_dirty() || !editing.problems().is_empty());
    let can_submit = move || {
        may_write
            && !editing.is_dirty()
            && stored.with(|t| {
                t.as_ref().is_some_and(|t| {
                    t.draft.channel == Channel::Whatsapp
                        && matches!(t.state, TemplateState::Draft | TemplateState::Rejected)
                })
            })
    };
    view! {
        <div class="flex w-full flex-col gap-2">
            <FormError error=failure/>
            {(!may_write).then(|| view! { <Banner tone=Tone::Info>"Your role may look at templates, not change them."</Banner> })}
            <div class="flex flex-wrap items-center justify-end gap-2">
                {move || (may_delete && editing.base().is_some()).then(|| view! {
                    <Button variant=Variant::Ghost icon=Icon::Trash on_click=move |_| on_delete.run(())>"Delete template"</Button>
                })}
                <span class="mr-auto text-xs text-ink-2" role="status">{move || editing.news()}</span>
                {move || can_submit().then(|| view! {
                    <Button icon=Icon::Send busy=busy on_click=move |_| on_submit.run(())>"Submit for approval"</Button>
                })}
                <Button disabled=Signal::derive(move || !editing.is_dirty()) on_click=move |_| editing.discard()>"Discard changes"</Button>
                <Button variant=Variant::Primary busy=busy disabled=cannot on_click=move |_| on_save.run(())>"Save"</Button>
            </div>
        </div>
    }
}
