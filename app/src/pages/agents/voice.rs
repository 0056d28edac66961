//! The drawer's section on how the agent sounds on the phone: its script part by part, and a sample to listen to.

use domain::advice::Section;
use domain::skill::VoiceScript;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::advice::AdviceList;
use super::api::speech_sample;
use super::draft::Editing;
use super::speak::speak;
use crate::error::AppError;
use crate::ui::{Badge, Button, Field, FormError, Icon, TextArea, TextInput, Tone, use_toasts};

/// People speak about this many words a minute.
const WORDS_A_MINUTE: usize = 150;

/// How many words, and how long they take to say.
fn length(text: &str) -> String {
    let words = text.split_whitespace().count();
    let seconds = (words * 60).div_ceil(WORDS_A_MINUTE);
    match words {
        1 => "1 word, about 1 s".to_owned(),
        n => format!("{n} words, about {seconds} s"),
    }
}

/// The script as it is spoken.
fn spoken(script: &VoiceScript) -> String {
    [&script.opening, &script.value_prop, &script.cta].map(|part| part.trim().to_owned()).join(" ").trim().to_owned()
}

/// Opening, value proposition, call to action.
#[component]
pub fn Voice(
    /// What is being edited.
    editing: Editing,
    /// The model that reads aloud, if one is set up.
    speaker: Option<String>,
) -> impl IntoView {
    let draft = editing.draft;
    let part = move |id: &'static str,
                     label: &'static str,
                     hint: &'static str,
                     field: &'static str,
                     of: fn(&mut VoiceScript) -> &mut String| {
        let text = Signal::derive(move || draft.with(|d| of(&mut d.voice.clone()).clone()));
        let hint = move || {
            let spoken = text.with(|t| if t.trim().is_empty() { String::new() } else { format!(" {}.", length(t)) });
            Some(format!("{hint}{spoken}"))
        };
        view! {
            <Field id=id label=label hint=hint problem=editing.problem(field)>
                <TextArea
                    value=text
                    on_input=move |text: String| draft.update(|d| *of(&mut d.voice) = text)
                    rows=3
                    max_chars=600
                />
            </Field>
        }
    };
    view! {
        <AdviceList editing section=Section::Voice/>
        {part("voice-opening", "Opening", "Who calls and why, in one breath.", "voice.opening", |v| &mut v.opening)}
        {part("voice-value", "Value proposition", "What is in it for the person.", "voice.value_prop", |v| &mut v.value_prop)}
        {part("voice-cta", "Call to action", "What the person is asked to do.", "voice.cta", |v| &mut v.cta)}
        <p class="text-xs text-ink-3">"Altogether " {move || draft.with(|d| length(&spoken(&d.voice)))} "."</p>
        <Field id="voice-name" label="Voice" optional=true hint="The speech model's name of the voice, such as alloy." problem=editing.problem("voice.voice")>
            <TextInput
                value=move || draft.with(|d| d.voice.voice.clone())
                on_input=move |text: String| draft.update(|d| d.voice.voice = text)
                autocomplete="off"
            />
        </Field>
        <Sample editing speaker/>
    }
}

/// Plays the script: with the speech model, or with the browser's voice, which it says.
#[component]
fn Sample(editing: Editing, speaker: Option<String>) -> impl IntoView {
    let toasts = use_toasts();
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<AppError>));
    let sound = RwSignal::new(None::<String>);
    let has_model = speaker.is_some();
    let cannot = Signal::derive(move || editing.draft.with(|d| spoken(&d.voice).is_empty()));
    let play = move |_| {
        let script = editing.draft.with_untracked(|d| d.voice.clone());
        let id = untrack(|| editing.base()).map(|(id, _)| id);
        let Some(id) = id.filter(|_| has_model) else {
            if !speak(&spoken(&script)) {
                toasts.error("This browser has no voice of its own.");
            }
            return;
        };
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            match speech_sample(id, script).await {
                Ok(address) => sound.set(Some(address)),
                Err(error) => failure.set(Some(error)),
            }
            busy.set(false);
        });
    };
    let by = match speaker {
        Some(model) => format!("Read by {model}; it costs a little."),
        None => "No speech model is set up on this server (OPENAI_API_KEY), so your browser reads it. A call sounds otherwise.".into(),
    };
    view! {
        <section class="flex flex-col gap-2 rounded-lg border border-line bg-surface-2 p-4" aria-label="Sample">
            <span class="flex flex-wrap items-center gap-2">
                <Button icon=Icon::Play busy=busy disabled=cannot on_click=play>"Play sample"</Button>
                {(!has_model).then(|| view! { <Badge tone=Tone::Warn icon=Icon::Info>"Browser voice"</Badge> })}
            </span>
            <p class="text-xs text-ink-3">{by}</p>
            {move || sound.get().map(|address| view! { <audio controls autoplay src=address aria-label="Voice sample" class="w-full"></audio> })}
            <FormError error=failure/>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_take_time() {
        assert_eq!(length("Hello"), "1 word, about 1 s");
        assert_eq!(length(&"a ".repeat(150)), "150 words, about 60 s");
        let script = VoiceScript { opening: " Hi. ".into(), cta: "Press 1.".into(), ..VoiceScript::default() };
        assert_eq!(spoken(&script), "Hi.  Press 1.");
        assert_eq!(spoken(&VoiceScript::default()), "");
    }
}
