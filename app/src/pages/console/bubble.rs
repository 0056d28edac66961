//! One line of the conversation in its channel's look, with what an answer says about itself and what can be done with it.

use domain::agent::Provider;
use domain::message::Channel;
use domain::segments;
use domain::turn::{Line, Speaker};
use leptos::prelude::*;

use super::earlier::Earlier;
use super::lane::Lane;
use super::state::Console;
use super::voice::Spoken;
use crate::pages::agents::ScriptedMark;
use crate::session::use_me;
use crate::ui::{Avatar, Badge, Button, Icon, Size, Spinner, Tone};

/// One line of the transcript.
#[component]
pub fn Bubble(
    /// The console's state.
    console: Console,
    /// The side it is on.
    lane: Lane,
    /// Its place.
    at: usize,
) -> impl IntoView {
    let line = Memo::new(move |_| lane.transcript.with(|t| t.lines.get(at).cloned()));
    let speaker = line.with_untracked(|l| l.as_ref().map(|l| l.speaker));
    let text = Memo::new(move |_| line.with(|l| l.as_ref().map(|l| l.text.clone()).unwrap_or_default()));
    let channel = Memo::new(move |_| console.channel());
    if speaker == Some(Speaker::Lead) {
        return view! {
            <li class="flex justify-end">
                <p class=move || format!("max-w-[85%] whitespace-pre-wrap break-words px-3.5 py-2 text-sm {}", own(channel.get()))>
                    <span class="sr-only">"Lead: "</span>
                    {text}
                </p>
            </li>
        }
        .into_any();
    }
    let agent_name = console.agent.with_untracked(|a| a.draft.name.clone());
    // The rest changes a few times; the words change all the time.
    let end =
        Memo::new(move |_| line.with(|l| l.as_ref().map(|l| Line { text: String::new(), trace: vec![], ..l.clone() })));
    let parts = Memo::new(move |_| {
        let sent = end.with(|l| l.as_ref().map(|l| l.parts.clone()).unwrap_or_default());
        if sent.len() > 1 { sent } else { vec![text.get()] }
    });
    let is_open = move || end.with(|l| l.as_ref().is_some_and(Line::is_open));
    view! {
        <li class="flex gap-2.5" aria-busy=move || is_open().then_some("true")>
            <Avatar name=agent_name.clone() bot=true/>
            <div class="min-w-0 max-w-[85%]">
                <p class="sr-only">{format!("{agent_name}: ")}</p>
                <Show when=move || text.with(|t| !t.is_empty())>
                    <For each=move || 0..parts.with(Vec::len) key=|part| *part let:part>
                        <Part console parts part channel/>
                    </For>
                </Show>
                {move || is_open().then(|| view! { <Waiting lane/> })}
                {move || end.get().map(|line| view! { <Ending console lane at line/> })}
                <Earlier lane at/>
            </div>
        </li>
    }
    .into_any()
}

/// The lead's bubble.
fn own(channel: Option<Channel>) -> &'static str {
    match channel {
        Some(Channel::Whatsapp) => "rounded-lg rounded-tr-none bg-good-soft text-ink",
        Some(Channel::Sms) => "rounded-2xl rounded-br-sm bg-accent text-accent-ink",
        _ => "rounded-xl rounded-br-sm bg-accent-soft text-ink",
    }
}

/// The agent's bubble.
fn theirs(channel: Option<Channel>) -> &'static str {
    match channel {
        Some(Channel::Whatsapp) => "rounded-lg rounded-tl-none border border-line bg-surface shadow-xs",
        Some(Channel::Sms) => "rounded-2xl rounded-tl-sm bg-surface-3",
        Some(Channel::Voice) => "rounded-xl border border-dashed border-line-strong bg-surface-2 italic",
        None => "rounded-xl rounded-tl-sm bg-surface-3",
    }
}

/// One message of an answer, with how much of its channel it fills.
#[component]
fn Part(console: Console, parts: Memo<Vec<String>>, part: usize, channel: Memo<Option<Channel>>) -> impl IntoView {
    let text = Memo::new(move |_| parts.with(|all| all.get(part).cloned().unwrap_or_default()));
    let marker = move || {
        let channel = channel.get()?;
        (part > 0).then(|| match channel {
            Channel::Whatsapp => format!("Split here: a message holds {} characters", channel.max_chars()),
            _ => "Next message".to_owned(),
        })
    };
    let fills = Memo::new(move |_| channel.get().map(|channel| filled(channel, &text.get())));
    view! {
        {move || marker().map(|words| view! {
            <p class="my-1.5 flex items-center gap-2 text-2xs text-ink-3" role="separator">
                <span class="h-px flex-1 bg-line-strong" aria-hidden="true"></span>{words}<span class="h-px flex-1 bg-line-strong" aria-hidden="true"></span>
            </p>
        })}
        <p class=move || format!("whitespace-pre-wrap break-words px-3.5 py-2 text-sm text-ink {}", theirs(channel.get()))>{text}</p>
        {move || fills.get().map(|words| view! { <p class="mt-0.5 text-2xs tabular-nums text-ink-3">{words}</p> })}
        {move || (channel.get() == Some(Channel::Voice)).then(|| view! { <Spoken console text/> })}
    }
}

/// How much of its channel a text fills: `112/160 · 1 segment`.
fn filled(channel: Channel, text: &str) -> String {
    let chars = text.chars().count();
    match channel {
        Channel::Sms => {
            let cut = segments::cut(text);
            let (n, unicode) = (cut.segments(), if cut.unicode { " · Unicode" } else { "" });
            format!("{}/{} · {n} {}{unicode}", cut.units, cut.room(), if n == 1 { "segment" } else { "segments" })
        }
        Channel::Whatsapp => format!("{chars}/{} characters", channel.max_chars()),
        Channel::Voice => format!("{} words", text.split_whitespace().count()),
    }
}

/// Who is being asked, until the answer is complete.
#[component]
fn Waiting(lane: Lane) -> impl IntoView {
    let words = move || {
        lane.asked.with(|asked| match asked.as_slice() {
            [] => "Asking…".to_owned(),
            [.., now] => format!("Asking {now}…"),
        })
    };
    view! {
        <p class="mt-1 flex items-center gap-1.5 text-xs text-ink-3" role="status">
            <Spinner class="size-3.5"/>
            {words}
        </p>
    }
}

/// What a finished or failed answer says about itself, and what can be done with it.
#[component]
fn Ending(console: Console, lane: Lane, at: usize, line: Line) -> impl IntoView {
    if line.is_open() {
        return ().into_any();
    }
    let answered = line.is_answered();
    let failure = line.failure.map(|reason| {
        view! {
            <p class="mt-1.5 flex items-start gap-2 rounded-md border border-warn-line bg-warn-soft px-3 py-2 text-sm text-warn" role="alert">
                <Icon icon=Icon::Alert class="mt-0.5 size-4"/>
                <span class="min-w-0 break-words">{reason}</span>
            </p>
        }
    });
    let handover = line.escalated.map(|handover| {
        view! {
            <p class="mt-1.5 flex flex-wrap items-center gap-1.5 text-xs text-ink-2">
                <Badge tone=Tone::Warn icon=Icon::Hand>{format!("Escalated: {}", handover.reason.label())}</Badge>
                <span class="font-mono text-2xs text-ink-3">{handover.reason.to_string()}</span>
                {(!handover.evidence.is_empty()).then(|| view! { <span class="min-w-0 break-words text-ink-3">{format!("“{}”", handover.evidence)}</span> })}
            </p>
        }
    });
    let stand_in = line.stand_in.map(|name| {
        view! { <p class="mt-1.5"><Badge tone=Tone::Warn icon=Icon::FileText>{format!("Budget used up: template {name}")}</Badge></p> }
    });
    let figures = line.figures.map(|figures| {
        let is_scripted = figures.model.provider == Provider::Scripted;
        view! {
            <p class="mt-1 flex flex-wrap items-center gap-x-2.5 gap-y-1 text-2xs text-ink-3">
                <span>{figures.model.to_string()}</span>
                <span>{format!("{} ms", figures.latency_ms)}</span>
                <span>{format!("{} + {} tokens", figures.tokens_prompt, figures.tokens_completion)}</span>
                <span>{figures.cost_micros.show()}</span>
                {is_scripted.then(|| view! { <ScriptedMark/> })}
            </p>
        }
    });
    let may_write = use_me().may_write();
    let number = at / 2 + 1;
    let is_wrong = Memo::new(move |_| lane.wrong.with(|all| all.contains(&at)));
    view! {
        {failure}
        {handover}
        {stand_in}
        {figures}
        {move || is_wrong.get().then(|| view! {
            <p class="mt-1.5"><Badge tone=Tone::Bad icon=Icon::X title="A test of the suite holds this against it.">"Marked wrong"</Badge></p>
        })}
        <div class="mt-1.5 flex flex-wrap gap-1" role="group" aria-label=format!("Reply {number}")>
            <Button size=Size::Small on_click=move |_| console.explain(lane, at) title="Show what happened in this turn">"Why?"</Button>
            {may_write.then(|| view! {
                <Button
                    size=Size::Small icon=Icon::Refresh on_click=move |_| console.rerun(lane, Some(at))
                    title="Asks this again with the settings of now; later turns are left out. Alt+R does so with the newest."
                >"Replay from here"</Button>
            })}
            {(may_write && answered).then(|| view! {
                <Button size=Size::Small icon=Icon::Check on_click=move |_| console.save_as_test(lane, Some(at)) title="Alt+T saves the newest">"Save as test"</Button>
                <Button size=Size::Small icon=Icon::X on_click=move |_| console.mark_wrong(lane, Some(at)) title="Alt+M marks the newest">"Mark wrong"</Button>
            })}
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_says_how_much_of_its_channel_it_fills() {
        assert_eq!(filled(Channel::Sms, "Hi"), "2/160 · 1 segment");
        assert_eq!(filled(Channel::Sms, &"a".repeat(161)), "161/160 · 2 segments");
        assert_eq!(filled(Channel::Sms, "Hi 🙂"), "5/70 · 1 segment · Unicode");
        assert_eq!(filled(Channel::Whatsapp, "Hi"), "2/1600 characters");
        assert_eq!(filled(Channel::Voice, "Good morning, Ada"), "3 words");
    }
}
