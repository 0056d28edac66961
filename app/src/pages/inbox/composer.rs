//! Writing as a human: text or template, how long it may be, and why it may not be sent.

use domain::conversation::Owner;
use domain::id::ConversationId;
use domain::message::Channel;
use domain::segments::cut;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::api::send_reply;
use super::data::{Offer, Thread};
use super::page::Desk;
use super::reading::suggestions;
use super::write::write_with_ai;
use crate::session::use_me;
use crate::ui::*;

/// How much was written, in words: for an SMS also what it is billed as.
fn measure(channel: Channel, text: &str) -> String {
    let count = text.chars().count();
    if channel != Channel::Sms {
        return format!("{count}/{}", channel.max_chars());
    }
    let cut = cut(text);
    let segments = cut.segments();
    let words = if segments == 1 { "segment" } else { "segments" };
    let note = if cut.unicode { ", special characters" } else { "" };
    format!("{count}/{} · {segments} {words}{note}", cut.room())
}

/// Sends the draft, once, whatever is pressed meanwhile.
fn send(desk: Desk, id: ConversationId) {
    let Some(draft) = desk.drafts.begin(id) else { return };
    spawn_local(async move {
        let sent = send_reply(id, draft.text.clone(), draft.template, draft.key().to_owned()).await;
        let done = sent.is_ok();
        desk.drafts.end(id, sent.map(|_| ()));
        if done && desk.acting.try_get_untracked().is_some() {
            desk.refresh();
        }
    });
}

/// The lowest part of the middle.
#[component]
pub(super) fn Composer(
    /// What is answered.
    thread: Thread,
    /// The page.
    desk: Desk,
) -> impl IntoView {
    let (id, channel) = (thread.conversation.id, thread.conversation.channel);
    if !use_me().may_write() {
        return view! {
            <p class="border-t border-line bg-surface px-4 py-3 text-sm text-ink-3">
                "Your role can read conversations, not answer. An owner or admin of the workspace can change that."
            </p>
        }
        .into_any();
    }
    let (drafts, refused) = (desk.drafts, thread.refused.clone());
    let may_text = refused.is_none();
    let chosen = {
        let offers = thread.templates.clone();
        Signal::derive(move || {
            let chosen = drafts.of(id, |d| d.template);
            offers.iter().find(|offer| Some(offer.id) == chosen).cloned()
        })
    };
    let text = Signal::derive(move || drafts.of(id, |d| d.text.clone()));
    let busy = Signal::derive(move || drafts.of(id, |d| d.busy));
    let ready = Signal::derive(move || match chosen.get() {
        Some(offer) => offer.refused.is_none(),
        None => may_text && drafts.of(id, |d| !d.text.trim().is_empty() && d.text.chars().count() <= max(channel)),
    });
    let submit = move || {
        if ready.get_untracked() {
            send(desk, id);
        }
    };
    let error = Signal::derive(move || drafts.of(id, |d| d.error.clone()));
    // Whoever answers holds the conversation from then on; the button says so before.
    let press = match (channel, thread.conversation.owner) {
        (Channel::Voice, Owner::Ai) => "Take over and call",
        (Channel::Voice, Owner::Human) => "Call",
        (_, Owner::Ai) => "Take over and send",
        (_, Owner::Human) => "Send",
    };
    let placeholder = match channel {
        Channel::Voice => "What the call says…",
        _ => "Write a reply…",
    };
    view! {
        <form
            aria-label="Reply"
            class="flex flex-col gap-2 border-t border-line bg-surface px-4 pb-3 pt-2.5 low:gap-1 low:py-1.5"
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            {refused.map(|reason| view! {
                <p class="flex items-start gap-2 text-xs text-bad"><Icon icon=Icon::Ban class="mt-0.5 size-3.5"/><span>{reason}</span></p>
            })}
            {suggestions(&thread, desk)}
            <div class="low:[&_textarea]:h-9" class:hidden=move || chosen.with(Option::is_some)>
                <TextArea
                    id="reply"
                    label="Reply"
                    rows=2
                    value=text
                    placeholder=placeholder.to_owned()
                    disabled=!may_text
                    readonly=busy
                    on_input=move |text: String| drafts.change(id, |d| d.text = text)
                    on_submit=move |()| submit()
                />
            </div>
            {move || chosen.get().map(|offer| preview(offer, id, desk))}
            // On a line of its own: beside the buttons it pushed the last of them out of the row.
            <span
                class="-my-1 text-right text-2xs text-ink-3"
                class=("text-bad", move || text.with(|t| t.chars().count()) > max(channel))
                class:hidden=move || chosen.with(Option::is_some)
            >
                {move || text.with(|t| measure(channel, t))}
            </span>
            <FormError error=error/>
            <div class="flex flex-wrap items-center gap-2">
                {may_text.then(|| write_with_ai(&thread, desk))}
                {templates(thread.templates, id, channel, desk)}
                <span class="ml-auto inline-flex items-center gap-2">
                    <span class="hidden items-center gap-1 text-2xs text-ink-3 2xl:flex" aria-hidden="true"><Kbd>"Ctrl"</Kbd><Kbd>"Enter"</Kbd></span>
                    <Button
                        variant=Variant::Primary
                        size=Size::Small
                        kind="submit"
                        icon=if channel == Channel::Voice { Icon::Phone } else { Icon::Send }
                        busy=busy
                        disabled=Signal::derive(move || !ready.get())
                    >
                        {press}
                    </Button>
                </span>
            </div>
        </form>
    }
    .into_any()
}

fn max(channel: Channel) -> usize {
    usize::try_from(channel.max_chars()).unwrap_or(usize::MAX)
}

/// A chosen WhatsApp template: it goes out word for word.
fn preview(offer: Offer, id: ConversationId, desk: Desk) -> impl IntoView {
    view! {
        <div class="rounded-md border border-accent-line bg-accent-soft px-3 py-2 text-sm">
            <div class="mb-1 flex items-center gap-2 text-xs font-semibold text-accent-text">
                <Icon icon=Icon::FileText class="size-3.5"/>
                <span class="min-w-0 flex-1 truncate">{offer.name}</span>
                <StatusBadge status=offer.state.as_str()/>
                <IconButton icon=Icon::X size=Size::Small label="Write free text instead" on_click=move |_| desk.drafts.change(id, |d| d.template = None)/>
            </div>
            <p class="whitespace-pre-wrap break-words text-ink">{offer.body}</p>
        </div>
    }
}

/// The templates of the channel. WhatsApp sends one as it was approved; elsewhere it is a beginning to write on.
fn templates(offers: Vec<Offer>, id: ConversationId, channel: Channel, desk: Desk) -> impl IntoView {
    let none = offers.is_empty();
    let items = offers
        .into_iter()
        .map(|offer| {
            let blocked = offer.refused.is_some();
            let (template, body) = (offer.id, offer.body.clone());
            let choose = move |()| {
                desk.drafts.change(id, |d| match channel {
                    Channel::Whatsapp => d.template = Some(template),
                    Channel::Sms | Channel::Voice if d.text.trim().is_empty() => d.text = body.clone(),
                    Channel::Sms | Channel::Voice => d.text = format!("{}\n{body}", d.text.trim_end()),
                });
                browser::focus("reply");
            };
            view! {
                <MenuItem disabled=blocked on_click=choose>
                    <span class="min-w-0 flex-1">
                        <span class="flex items-center gap-2">
                            <span class="min-w-0 flex-1 truncate font-medium">{offer.name}</span>
                            {(channel == Channel::Whatsapp).then(|| view! { <StatusBadge status=offer.state.as_str()/> })}
                        </span>
                        <span class="mt-0.5 line-clamp-2 text-xs text-ink-3">{offer.refused.unwrap_or(offer.body)}</span>
                    </span>
                </MenuItem>
            }
        })
        .collect_view();
    view! {
        <Menu id="composer-templates" label="Templates" text="Templates" size=Size::Small>
            <div class="max-h-72 overflow-y-auto">
                {none.then(|| view! { <p class="px-2.5 py-2 text-xs text-ink-3">{format!("There is no {} template yet.", channel.label())}</p> })}
                {items}
            </div>
            <MenuLine/>
            <MenuLink href="/templates" icon=Icon::Edit>"Manage templates"</MenuLink>
        </Menu>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counter_says_what_is_billed() {
        assert_eq!(measure(Channel::Sms, ""), "0/160 · 0 segments");
        assert_eq!(measure(Channel::Sms, "Hi"), "2/160 · 1 segment");
        assert_eq!(measure(Channel::Sms, "Hi 🙂"), "4/70 · 1 segment, special characters");
        assert_eq!(measure(Channel::Whatsapp, "Hi"), "2/1600");
        assert_eq!(measure(Channel::Voice, "Hi"), "2/3000");
    }
}
