//! One channel: its settings, and how a sample answer would look with them.

use domain::agent::Tone as Sound;
use domain::format::{Around, ChannelConfig, ChannelConfigDraft, Form, LEAST_LENGTH, largest};
use domain::message::Channel;
use domain::problem::Problems;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::save_channel;
use crate::error::AppError;
use crate::pages::editing::Editing;
use crate::session::use_me;
use crate::ui::*;

type EditingChannel = Editing<ChannelConfig, Channel>;

/// The word for no tone of the channel's own.
const AS_AGENT: &str = "agent";

fn sounds(sound: Sound) -> &'static str {
    match sound {
        Sound::Professional => "Professional",
        Sound::Friendly => "Friendly",
        Sound::Direct => "Direct",
    }
}

/// What happens to a longer answer.
fn longer(channel: Channel) -> &'static str {
    match channel {
        Channel::Sms | Channel::Voice => "A longer answer ends with the last whole sentence that fits.",
        Channel::Whatsapp => "A longer answer becomes several messages, parted between sentences.",
    }
}

/// The form with its preview.
#[component]
pub fn ChannelCard(
    /// What holds now.
    config: ChannelConfig,
    /// The answer to try it on.
    sample: RwSignal<String>,
    /// Whether whoever looks may change it.
    may: bool,
) -> impl IntoView {
    let channel = config.channel;
    let editing: EditingChannel =
        Editing::new(config.clone(), |config: &ChannelConfig| -> Problems { config.draft.check(config.channel) });
    editing.begin(Some(channel), config);
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    let toasts = use_toasts();
    guard_leaving(Signal::derive(move || editing.is_dirty()));
    let save = move || {
        if busy.get_untracked() || !may {
            return;
        }
        busy.set(true);
        failure.set(None);
        let sent = editing.draft.get_untracked();
        spawn_local(async move {
            match save_channel(channel, sent.draft.clone()).await {
                Ok(saved) => {
                    editing.accepted(channel, saved);
                    toasts.success(format!("{} is saved. It holds from the next answer on.", channel.label()));
                }
                Err(AppError::Invalid { problems }) => editing.refused(sent, problems),
                Err(error) => failure.set(Some(error)),
            }
            busy.set(false);
        });
    };
    let is_own = Signal::derive(move || editing.draft.with(|c| c.draft == ChannelConfigDraft::of(channel)));
    let cannot = Signal::derive(move || !may || !editing.is_dirty() || !editing.problems().is_empty());
    view! {
        <li class="rounded-lg border border-line bg-surface p-4" aria-label=channel.label()>
            <form
                class="grid gap-5 lg:grid-cols-2"
                on:submit=move |event| {
                    event.prevent_default();
                    save();
                }
            >
                <div class="flex min-w-0 flex-col gap-4">
                    <h2 class="flex items-center gap-2 font-medium text-ink">
                        <ChannelIcon channel=channel named=true/>
                        {move || editing.draft.with(|c| c.updated_at).map(|at| view! {
                            <span class="ml-auto text-xs font-normal text-ink-3">"Changed "<When at=at relative=true/></span>
                        })}
                    </h2>
                    <Fields editing channel may/>
                    <FormError error=failure/>
                    {may.then(|| view! {
                        <div class="mt-auto flex flex-wrap items-center justify-end gap-2">
                            <span class="mr-auto text-xs text-ink-2" role="status">{move || editing.news()}</span>
                            <Button
                                disabled=is_own
                                of=format!("for {}", channel.label())
                                on_click=move |_| editing.draft.update(|c| c.draft = ChannelConfigDraft::of(channel))
                            >
                                "Channel's own rules"
                            </Button>
                            <Button
                                kind="submit" variant=Variant::Primary busy=busy disabled=cannot
                                of=channel.label()
                            >
                                "Save"
                            </Button>
                        </div>
                    })}
                </div>
                <Preview editing channel sample/>
            </form>
        </li>
    }
}

#[component]
fn Fields(editing: EditingChannel, channel: Channel, may: bool) -> impl IntoView {
    let id = move |field: &str| format!("channel-{}-{field}", channel.as_str());
    let mut tones = vec![Choice::new(AS_AGENT, "As the agent sounds")];
    tones.extend(Sound::ALL.iter().map(|sound| Choice::new(sound.as_str(), sounds(*sound))));
    let length = editing.draft.with_untracked(|c| c.draft.max_response_length.to_string());
    // What is being typed may be no number yet; then it is none that fits.
    let typed = RwSignal::new(length);
    let shown = Signal::derive(move || {
        let now = editing.draft.with(|c| c.draft.max_response_length);
        typed.with(|text| if text.trim().parse().unwrap_or(0) == now { text.clone() } else { now.to_string() })
    });
    let sound = Signal::derive(move || editing.draft.with(|c| c.draft.tone.map_or(AS_AGENT, Sound::as_str).to_owned()));
    view! {
        <div class="grid gap-4 sm:grid-cols-2">
            <Field
                id=id("length")
                label="Characters at most"
                hint=format!("{LEAST_LENGTH} to {}. {}", largest(channel), longer(channel))
                problem=editing.problem("max_response_length")
            >
                <TextInput
                    disabled=!may
                    value=shown
                    on_input=move |text: String| {
                        editing.draft.update(|c| c.draft.max_response_length = text.trim().parse().unwrap_or(0));
                        typed.set(text);
                    }
                />
            </Field>
            <Field id=id("tone") label="Tone" hint="Told to the model" problem=editing.problem("tone")>
                <Select
                    disabled=!may
                    value=sound
                    options=tones
                    on_change=move |word: String| editing.draft.update(|c| c.draft.tone = word.parse().ok())
                />
            </Field>
        </div>
        <Field
            id=id("template")
            label="Template"
            hint="{answer} is what the agent says"
            problem=editing.problem("response_template")
        >
            <TextArea
                rows=3
                disabled=!may
                value=editing.text(|c| &c.draft.response_template)
                on_input=editing.set_text(|c, text| c.draft.response_template = text)
            />
        </Field>
    }
}

/// The sample answer in the channel's form, with what was done to it.
#[component]
fn Preview(editing: EditingChannel, channel: Channel, sample: RwSignal<String>) -> impl IntoView {
    let workspace = use_me().workspace_name;
    let made = Memo::new(move |_| {
        let config = editing.draft.with(|c| c.draft.clone());
        if !config.check(channel).is_empty() {
            return None;
        }
        let around =
            Around { lead_name: Some("Ada Larsen"), agent: "Mia", workspace: &workspace, ticket: Some("TKT-0042") };
        let form = Form::new(channel, &config, &around);
        let parts = sample.with(|text| form.parts(text));
        let note = sample.with(|text| form.note(text, &parts));
        Some((parts, note))
    });
    let bubble = match channel {
        Channel::Voice => "rounded-xl border border-dashed border-line-strong bg-surface italic",
        Channel::Sms | Channel::Whatsapp => "rounded-xl rounded-bl-sm border border-line bg-surface",
    };
    view! {
        <figure class="min-w-0 rounded-lg border border-line bg-surface-2 p-4" aria-label=format!("Preview of {}", channel.label())>
            <figcaption class="mb-2 text-xs text-ink-3">"The sample answer as Ada Larsen gets it"</figcaption>
            {move || match made.get() {
                None => view! { <p class="text-sm text-ink-3">"Mend the settings to see it."</p> }.into_any(),
                Some((parts, note)) => {
                    let bubbles = parts
                        .into_iter()
                        .map(|part| view! {
                            <li class=format!("w-fit max-w-[42ch] whitespace-pre-wrap break-words px-3 py-2 text-sm text-ink {bubble}")>{part}</li>
                        })
                        .collect_view();
                    view! {
                        <ol class="flex flex-col gap-1.5">{bubbles}</ol>
                        <p class="mt-2 text-2xs tabular-nums text-ink-3" role="status">{note}</p>
                    }
                    .into_any()
                }
            }}
        </figure>
    }
}
