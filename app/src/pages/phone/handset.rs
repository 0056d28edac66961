//! One phone, as its owner sees it: what arrived, what they wrote, calls that ring, and the field to write in their place.

use domain::message::{CallEnd, Channel, Status};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::{end_call_as, play_by_hand, say_as};
use super::data::{Handset, Item};
use super::page::{Booth, href};
use crate::session::use_me;
use crate::ui::*;

/// Says something as the person, once at a time.
fn say(booth: Booth, toasts: Toasts, phone: String, channel: Channel, text: String) {
    if booth.busy.get_untracked() || text.trim().is_empty() {
        return;
    }
    booth.busy.set(true);
    spawn_local(async move {
        let typed = channel != Channel::Voice;
        match say_as(phone, channel, text).await {
            Ok(()) if typed => drop(booth.text.try_set(String::new())),
            Ok(()) => {}
            Err(error) => toasts.error(error.to_string()),
        }
        if booth.busy.try_set(false).is_none() {
            booth.refresh();
        }
    });
}

/// Lets the call end, once at a time.
fn end_call(booth: Booth, toasts: Toasts, phone: String, end: CallEnd) {
    if booth.busy.get_untracked() {
        return;
    }
    booth.busy.set(true);
    spawn_local(async move {
        if let Err(error) = end_call_as(phone, end).await {
            toasts.error(error.to_string());
        }
        if booth.busy.try_set(false).is_none() {
            booth.refresh();
        }
    });
}

/// The right side of the page.
#[component]
pub(super) fn HandsetView(
    /// The phone.
    handset: Handset,
    /// The page.
    booth: Booth,
) -> impl IntoView {
    let toasts = use_toasts();
    let name = handset.name.clone();
    let back = href("", &booth.q.get_untracked());
    let empty = handset.items.is_empty();
    let items = handset.items.iter().map(|item| bubble(item, &handset, booth, toasts)).collect_view();
    let conversation = handset.conversation.map(|id| format!("/inbox?c={id}"));
    let lead = handset.lead.map(|id| format!("/leads?edit={id}"));
    let count = handset.items.len();
    let number = handset.phone.clone();
    let (badge, description) = if handset.by_hand {
        let badge = view! { <Badge tone=Tone::Accent icon=Icon::Hand>"You answer"</Badge> }.into_any();
        (badge, "Nobody answers by themselves: you say what this person says.".to_owned())
    } else {
        let label = handset.persona.label.clone();
        (view! { <Badge>{label}</Badge> }.into_any(), handset.persona.description.clone())
    };
    let switch = by_hand(&handset, booth, toasts);
    let form = use_me().may_write().then(|| write(&handset, booth, toasts));
    Effect::new(move |_| {
        let _ = count;
        request_animation_frame(|| crate::pages::inbox::scroll_to_end("phone-screen"));
    });
    view! {
        <section aria-label="Handset" class="flex min-h-0 min-w-0 flex-col items-center overflow-y-auto bg-canvas px-3 py-4 md:px-6">
            <div class="mb-3 flex w-full max-w-md flex-wrap items-center gap-x-3 gap-y-2">
                <a href=back aria-label="Back to the people" class="flex size-9 items-center justify-center rounded-md text-ink-2 hover:bg-surface-3 md:hidden">
                    <Icon icon=Icon::ArrowLeft/>
                </a>
                <div class="min-w-0 flex-1">
                    <p class="flex items-center gap-2 text-sm font-semibold text-ink">
                        <span class="truncate">{name.clone()}</span>
                        {badge}
                    </p>
                    <p class="text-xs text-ink-3">{description}</p>
                </div>
                {switch}
            </div>
            <div class="flex min-h-112 w-full max-w-md flex-1 flex-col overflow-hidden rounded-[2rem] border-4 border-line-strong bg-surface shadow-pop">
                <div class="flex items-center justify-center gap-2 border-b border-line bg-surface-2 px-4 py-2.5 text-xs font-medium text-ink-2">
                    <Icon icon=Icon::Smartphone class="size-3.5"/>
                    {number}
                </div>
                <div id="phone-screen" class="min-h-0 flex-1 overflow-y-auto px-3 py-3" role="log" aria-label="On this phone" tabindex="0">
                    <div class="flex flex-col gap-2">
                        {empty.then(|| view! {
                            <p class="px-6 py-12 text-center text-xs text-ink-3">"Nothing has arrived on this phone. Write as this person, or let a campaign write to them."</p>
                        })}
                        {items}
                    </div>
                </div>
                {form}
            </div>
            <p class="mt-3 flex flex-wrap justify-center gap-4 text-xs font-medium">
                {conversation.map(|href| view! { <a class="text-accent-text underline decoration-accent-line underline-offset-2 hover:decoration-current" href=href>"See it in the inbox"</a> })}
                {lead.map(|href| view! { <a class="text-accent-text underline decoration-accent-line underline-offset-2 hover:decoration-current" href=href>"Open the lead"</a> })}
            </p>
        </section>
    }
}

/// The switch between persona and operator.
fn by_hand(handset: &Handset, booth: Booth, toasts: Toasts) -> impl IntoView + use<> {
    let (on, phone) = (handset.by_hand, handset.phone.clone());
    let change = move |on: bool| {
        let phone = phone.clone();
        spawn_local(async move {
            if let Err(error) = play_by_hand(phone, on).await {
                toasts.error(error.to_string());
            }
            if booth.busy.try_get_untracked().is_some() {
                booth.refresh();
            }
        });
    };
    view! { <Switch checked=on label="Answer by hand" on_change=change/> }
}

/// One thing on the phone: ours on the left, theirs on the right, as they see it.
fn bubble(item: &Item, handset: &Handset, booth: Booth, toasts: Toasts) -> AnyView {
    if item.channel == Channel::Voice {
        return call(item, handset, booth, toasts);
    }
    let (look, below) = match (item.theirs, item.channel) {
        (true, Channel::Whatsapp) => ("self-end bg-good-soft text-ink", "text-ink-2"),
        (true, _) => ("self-end bg-accent text-accent-ink", "text-accent-ink"),
        (false, _) => ("self-start bg-surface-3 text-ink", "text-ink-2"),
    };
    view! {
        <div class=format!("w-fit max-w-[85%] rounded-xl px-3 py-2 text-sm {look}")>
            <p class="whitespace-pre-wrap break-words">{item.body.clone()}</p>
            <p class=format!("mt-0.5 flex items-center justify-end gap-1.5 text-2xs {below}")>
                {item.channel.label()}" · "<When at=item.at time_only=true/>
            </p>
        </div>
    }
    .into_any()
}

/// A call: it can be answered with a key while it goes on, and whoever is played by hand ends it as the operator says.
fn call(item: &Item, handset: &Handset, booth: Booth, toasts: Toasts) -> AnyView {
    if item.theirs {
        let key = item.body.clone();
        return view! { <p class="self-end text-2xs text-ink-3">"Pressed "<Kbd>{key}</Kbd></p> }.into_any();
    }
    let live = item.is_live_call();
    let title = match item.status {
        Status::Accepted => "Incoming call",
        Status::Sent => "Call going on",
        _ => "Call ended",
    };
    let key = |key: &'static str, meaning: &'static str| {
        let phone = handset.phone.clone();
        let press = move |_| say(booth, toasts, phone.clone(), Channel::Voice, key.to_owned());
        view! { <Button size=Size::Small busy=booth.busy title=format!("Press {key}") on_click=press><strong>{key}</strong>{meaning}</Button> }
    };
    let end = |end: CallEnd, word: &'static str| {
        let phone = handset.phone.clone();
        let press = move |_| end_call(booth, toasts, phone.clone(), end);
        view! { <Button size=Size::Small variant=Variant::Ghost busy=booth.busy on_click=press>{word}</Button> }
    };
    let may_write = use_me().may_write();
    let may_end = live && may_write && handset.by_hand;
    view! {
        <div class="self-stretch rounded-xl border border-line bg-surface-2 px-3 py-2.5 text-sm" class=("border-accent-line", live)>
            <p class="flex items-center gap-2 text-xs font-semibold text-ink-2">
                <span class=if live { "animate-pulse text-good" } else { "text-ink-3" }><Icon icon=Icon::Phone class="size-3.5"/></span>
                {title}
                <span class="ml-auto font-normal text-ink-3"><When at=item.at time_only=true/></span>
            </p>
            <p class="mt-1.5 whitespace-pre-wrap break-words text-ink">{item.body.clone()}</p>
            {(live && may_write).then(|| view! { <div class="mt-2 flex gap-2">{key("1", "Confirm")}{key("2", "Decline")}</div> })}
            {may_end.then(|| view! {
                <div class="mt-2 flex flex-wrap gap-1 border-t border-line pt-2" role="group" aria-label="How the call ends">
                    {end(CallEnd::NoAnswer, "Nobody answers")}
                    {end(CallEnd::Busy, "Busy")}
                    {end(CallEnd::Voicemail, "Voicemail")}
                    {end(CallEnd::Answered, "Hang up")}
                </div>
            })}
        </div>
    }
    .into_any()
}

/// The field at the bottom of the phone.
fn write(handset: &Handset, booth: Booth, toasts: Toasts) -> impl IntoView + use<> {
    let (phone, name) = (handset.phone.clone(), handset.name.clone());
    let channels: Vec<Choice> = handset
        .ours
        .iter()
        .filter(|(channel, _)| *channel != Channel::Voice)
        .map(|(channel, number)| Choice::new(channel.as_str(), format!("{} to {number}", channel.label())))
        .collect();
    let submit = move || {
        let channel = booth.channel.get_untracked().parse().unwrap_or(Channel::Sms);
        say(booth, toasts, phone.clone(), channel, booth.text.get_untracked());
    };
    let on_key = submit.clone();
    view! {
        <form
            aria-label=format!("Write as {name}")
            class="flex flex-col gap-2 border-t border-line bg-surface-2 px-3 py-2.5"
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <TextArea bind=booth.text rows=2 label=format!("Write as {name}") placeholder=format!("Write as {name}…") on_submit=move |()| on_key()/>
            <div class="flex items-center gap-2">
                <div class="min-w-0 flex-1"><Select bind=booth.channel options=channels label="Channel"/></div>
                <Button kind="submit" variant=Variant::Primary icon=Icon::Send busy=booth.busy disabled=Signal::derive(move || booth.text.with(|t| t.trim().is_empty()))>
                    "Send"
                </Button>
            </div>
        </form>
    }
}
