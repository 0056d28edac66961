//! The drawer's section on which models are asked, in which order, what they may cost, and how long an answer may be and take.

use domain::advice::Section;
use domain::agent::{ModelChoice, Provider};
use domain::money::Micros;
use leptos::prelude::*;

use super::advice::AdviceList;
use super::api::{ModelOption, Talked};
use super::draft::Editing;
use super::money::WhenMoneyIsShort;
use super::prices::Prices;
use crate::ui::{Badge, Button, Choice, Field, Icon, IconButton, Select, Size, TextInput, Tone};

/// A model choice from the picker's value.
pub(super) fn parse(value: &str) -> Option<ModelChoice> {
    let (provider, model) = value.split_once('/')?;
    Some(ModelChoice { provider: provider.parse().ok()?, model: model.to_owned() })
}

/// What it costs, for people. `set_up`: whether its provider can be asked.
fn price(option: Option<&ModelOption>, set_up: bool) -> String {
    match option {
        None if set_up => {
            "Price not known: it is left out where a budget applies, else its calls count as free.".to_owned()
        }
        None => "Not set up on this server: it will be skipped.".to_owned(),
        Some(option) if option.choice.provider == Provider::Scripted => "Free.".to_owned(),
        Some(option) => match option.price {
            Some((input, output)) => {
                format!("{} in, {} out per million tokens", Micros(input).show(), Micros(output).show())
            }
            None => "Price not known; its calls count as free.".to_owned(),
        },
    }
}

/// A number in its field. An emptied field counts as zero and stays empty.
fn shown(number: u32) -> String {
    if number == 0 { String::new() } else { number.to_string() }
}

/// The first model on offer that is not used yet, for a new fallback.
fn next_free(options: &[ModelOption], used: &[ModelChoice]) -> Option<ModelChoice> {
    options.iter().map(|o| &o.choice).find(|c| !used.contains(c)).cloned()
}

/// One model of the list.
#[component]
fn ModelRow(
    editing: Editing,
    options: StoredValue<Vec<ModelOption>>,
    at: usize,
    of: usize,
    choice: ModelChoice,
    dragged: RwSignal<Option<usize>>,
) -> impl IntoView {
    let draft = editing.draft;
    let known = options.with_value(|all| all.iter().find(|o| o.choice == choice).cloned());
    let mut choices: Vec<Choice> =
        options.with_value(|all| all.iter().map(|o| Choice::new(o.choice.to_string(), o.label.clone())).collect());
    let set_up = options.with_value(|all| all.iter().any(|o| o.choice.provider == choice.provider));
    if known.is_none() {
        let why = if set_up { "price not known" } else { "not set up here" };
        choices.insert(0, Choice::new(choice.to_string(), format!("{choice} ({why})")));
    }
    let role = if at == 0 { "First".to_owned() } else { format!("Fallback {at}") };
    let swap = move |with: usize| {
        draft.update(|d| {
            if with < d.models.len() {
                d.models.swap(at, with)
            }
        })
    };
    // Dropped here: the dragged one takes this place, the others move on.
    let drop_here = move |event: leptos::ev::DragEvent| {
        event.prevent_default();
        if let Some(from) = dragged.get_untracked().filter(|from| *from != at) {
            draft.update(|d| {
                if from < d.models.len() && at < d.models.len() {
                    let model = d.models.remove(from);
                    d.models.insert(at, model);
                }
            });
        }
        dragged.set(None);
    };
    let value = choice.to_string();
    view! {
        <li
            class="cursor-grab rounded-md border border-line bg-surface-2 p-3"
            class=("opacity-50", move || dragged.get() == Some(at))
            draggable="true"
            on:dragstart=move |_| dragged.set(Some(at))
            on:dragend=move |_| dragged.set(None)
            on:dragover=move |event| event.prevent_default()
            on:drop=drop_here
        >
            <div class="flex items-center gap-2">
                <span class="w-18 shrink-0 text-xs font-medium text-ink-2">{role.clone()}</span>
                <Select
                    label=format!("{role} model")
                    value=value
                    on_change=move |value: String| {
                        if let Some(choice) = parse(&value) {
                            draft.update(|d| if let Some(model) = d.models.get_mut(at) { *model = choice });
                        }
                    }
                    options=choices
                />
                <span class="flex shrink-0 items-center">
                    <IconButton
                        icon=Icon::ArrowUp label=format!("Move {choice} up") size=Size::Small disabled={at == 0}
                        on_click=move |_| swap(at.wrapping_sub(1))
                    />
                    <IconButton
                        icon=Icon::ArrowDown label=format!("Move {choice} down") size=Size::Small disabled={at + 1 == of}
                        on_click=move |_| swap(at + 1)
                    />
                    <IconButton
                        icon=Icon::X label=format!("Remove {choice}") size=Size::Small disabled={of == 1}
                        on_click=move |_| draft.update(|d| if at < d.models.len() { d.models.remove(at); })
                    />
                </span>
            </div>
            <p class="mt-1.5 flex flex-wrap items-center gap-2 text-xs text-ink-3">
                {(choice.provider == Provider::Scripted).then(|| view! { <ScriptedMark/> })}
                {known.as_ref().is_some_and(|o| o.resting).then(|| view! {
                    <Badge tone=Tone::Warn icon=Icon::Pause>"Left alone: failed too often"</Badge>
                })}
                <span>{price(known.as_ref(), set_up)}</span>
            </p>
        </li>
    }
}

/// Says that no AI is at work.
#[component]
pub fn ScriptedMark(
    /// One word, for rows.
    #[prop(optional)]
    short: bool,
) -> impl IntoView {
    let words = if short { "scripted" } else { "scripted: answers from a script" };
    view! {
        <Badge tone=Tone::Warn icon=Icon::FileText title="No AI is asked; the same question always gets the same answer.">
            {words}
        </Badge>
    }
}

/// The models in order, and the limits of an answer.
#[component]
pub fn Models(
    /// What is being edited.
    editing: Editing,
    /// What can be picked.
    options: StoredValue<Vec<ModelOption>>,
    /// What the last conversations took.
    talked: Talked,
    /// Names of templates, each with its channels.
    templates: StoredValue<Vec<(String, String)>>,
) -> impl IntoView {
    let draft = editing.draft;
    let dragged = RwSignal::new(None::<usize>);
    let models = Memo::new(move |_| draft.with(|d| d.models.clone()));
    let add = move |_| {
        let next = options.with_value(|all| draft.with_untracked(|d| next_free(all, &d.models)));
        if let Some(next) = next {
            draft.update(|d| d.models.push(next));
        }
    };
    let is_full =
        Signal::derive(move || models.with(|m| m.len() >= 5 || options.with_value(|all| next_free(all, m).is_none())));
    let problem = editing.problem("models");
    view! {
        <div class="flex flex-col gap-2">
            <ol class="flex flex-col gap-2" aria-label="Models, in the order they are asked">
                {move || {
                    let models = models.get();
                    let of = models.len();
                    models
                        .into_iter()
                        .enumerate()
                        .map(|(at, choice)| view! { <ModelRow editing options at of choice dragged/> })
                        .collect_view()
                }}
            </ol>
            {move || problem.get().map(|text| view! { <p class="text-xs text-bad" role="alert">{text}</p> })}
            <span>
                <Button size=Size::Small icon=Icon::Plus disabled=is_full on_click=add>"Add a fallback"</Button>
            </span>
        </div>
        <div class="grid gap-4 sm:grid-cols-2">
            <Field id="agent-max-tokens" label="Longest answer (tokens)" problem=editing.problem("max_tokens")>
                <TextInput
                    kind="number" min="1" max="8000" inputmode="numeric"
                    value=move || shown(draft.with(|d| d.max_tokens))
                    on_input=move |text: String| draft.update(|d| d.max_tokens = text.trim().parse().unwrap_or(0))
                />
            </Field>
            <Field id="agent-timeout" label="Time limit per model (seconds)" problem=editing.problem("timeout_ms")>
                <TextInput
                    kind="number" min="1" max="120" inputmode="numeric"
                    value=move || shown(draft.with(|d| d.timeout_ms / 1000))
                    on_input=move |text: String| {
                        draft.update(|d| d.timeout_ms = text.trim().parse::<u32>().unwrap_or(0).saturating_mul(1000));
                    }
                />
            </Field>
            <WhenMoneyIsShort editing options templates/>
        </div>
        <AdviceList editing section=Section::Model/>
        <Prices options talked current=Signal::derive(move || models.with(|m| m.first().cloned()))/>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_survives_the_picker() {
        for choice in [
            ModelChoice { provider: Provider::OpenAi, model: "gpt-4.1-mini".into() },
            ModelChoice { provider: Provider::Compatible, model: "org/model/v2".into() },
        ] {
            assert_eq!(parse(&choice.to_string()), Some(choice));
        }
        assert_eq!(parse("nobody/x"), None);
        assert_eq!(parse(""), None);
    }
}
