//! A draft as it is shown: its text, the tone and why, how personal it is, its length, what it took, and what the rules said.

use domain::agent::Tone as Voice;
use domain::content::{Detail, Score, Written};
use domain::turn::Ruling;
use leptos::prelude::*;

use crate::pages::turns::RulingList;
use crate::ui::*;

/// A tone for people.
fn named(tone: Voice) -> &'static str {
    match tone {
        Voice::Professional => "Professional",
        Voice::Friendly => "Friendly",
        Voice::Direct => "Direct",
    }
}

/// A share from 0.0 to 1.0 in percent.
#[expect(clippy::cast_possible_truncation, reason = "a share between 0 and 1")]
fn percent(score: f64) -> i64 {
    (score.clamp(0.0, 1.0) * 100.0).round() as i64
}

/// Why a draft may not be used: each rule that it breaks.
#[component]
pub fn Broken(
    /// The draft.
    written: Written,
) -> impl IntoView {
    let broken = written.verdicts.into_iter().filter(|verdict| !verdict.passed).map(|verdict| {
        let note = if verdict.note.is_empty() { String::new() } else { format!(": {}", verdict.note) };
        view! { <li>{format!("{}{note}", verdict.rule.label())}</li> }
    });
    view! {
        <Banner tone=Tone::Bad title="This draft may not be used" icon=Icon::Ban>
            <ul class="list-disc pl-4">{broken.collect_view()}</ul>
            "Say it otherwise and write again, or put the missing fact into the agent's knowledge."
        </Banner>
    }
}

/// The whole of a draft.
#[component]
pub fn DraftView(
    /// The draft.
    written: Written,
) -> impl IntoView {
    let text = written.text.clone();
    let usable = written.usable;
    let rulings: Vec<Ruling> = written.verdicts.iter().cloned().map(Ruling::from).collect();
    let parts = written
        .draft
        .sections()
        .into_iter()
        .map(|(label, text)| {
            let text = text.to_owned();
            view! {
                {(!label.is_empty()).then(|| view! { <p class="mt-2 text-2xs font-semibold text-ink-3 first:mt-0">{label}</p> })}
                <p class="whitespace-pre-wrap break-words text-sm text-ink">{text}</p>
            }
        })
        .collect_view();
    let took = format!("{}, {} ms", written.model, written.latency_ms);
    view! {
        <div class="flex flex-col gap-3">
            {(!usable).then(|| view! { <Broken written=written.clone()/> })}
            <article aria-label="Draft" class="rounded-md border border-line bg-surface-2 px-3 py-2.5" class:opacity-60=!usable>
                {parts}
                <div class="mt-2 flex items-center gap-2 text-2xs text-ink-3">
                    <span class="flex-1">{written.length}</span>
                    {usable.then(|| view! { <CopyButton text=text label="Copy the draft"/> })}
                </div>
            </article>
            <p class="text-xs text-ink-2">
                <Badge tone=Tone::Accent>{named(written.tone)}</Badge>
                " "
                {written.why}
            </p>
            <Personal score=written.personalisation/>
            <p class="flex flex-wrap gap-x-2 text-2xs text-ink-3">
                <span>{took}</span>
                <Money amount=written.cost_micros/>
                {(!written.passages.is_empty()).then(|| view! { <span>{format!("with {}", written.passages.join("; "))}</span> })}
            </p>
            <details>
                <summary class="cursor-pointer text-xs font-semibold text-ink-2 hover:text-ink">"What the rules said"</summary>
                <RulingList rulings=rulings/>
            </details>
        </div>
    }
}

/// How personal it is: a bar, what is used, what is not.
#[component]
fn Personal(score: Score) -> impl IntoView {
    let share = percent(score.score);
    let badges = |list: Vec<Detail>, tone: Tone, icon: Option<Icon>, word: &'static str| {
        let badge = move |detail: Detail| {
            let icon = icon.map(|icon| view! { <Icon icon=icon class="size-3"/> });
            view! { <li><Badge tone=tone>{icon}{format!("{}: {word}", detail.label())}</Badge></li> }
        };
        list.into_iter().map(badge).collect_view()
    };
    view! {
        <section aria-label="Personalisation" class="flex flex-col gap-1.5">
            <p class="flex items-baseline justify-between gap-2 text-xs">
                <span class="font-medium text-ink">"Personalisation"</span>
                <span class="tabular-nums text-ink-2">{format!("{share} %")}</span>
            </p>
            <Progress done=share of=100_i64 label="Personalisation"/>
            <ul class="flex flex-wrap gap-1.5">
                {badges(score.used, Tone::Good, Some(Icon::Check), "used")}
                {badges(score.unused, Tone::Warn, None, "not used")}
                {badges(score.unknown, Tone::Neutral, None, "not known")}
            </ul>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::percent;

    #[test]
    fn a_share_is_shown_in_whole_percent() {
        assert_eq!([0.0, 0.333, 0.6, 1.0, 7.0, -1.0].map(percent), [0, 33, 60, 100, 100, 0]);
    }
}
