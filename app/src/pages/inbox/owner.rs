//! Who holds the conversation, and the one button that changes it.

use domain::conversation::{Conversation, ConversationStatus, Owner};
use domain::id::ConversationId;
use leptos::prelude::*;

use super::api::{return_to_ai, set_conversation_status, take_over};
use super::page::Desk;
use crate::session::use_me;
use crate::ui::*;

/// What a conversation is called that a human is asked for and nobody holds.
pub(super) const WAITS: &str = "Waits for a human";

/// The bar above the composer.
#[component]
pub(super) fn OwnerBar(
    /// The conversation.
    conversation: Conversation,
    /// Whether whoever looks holds it.
    mine: bool,
    /// The page.
    desk: Desk,
) -> impl IntoView {
    let id = conversation.id;
    if conversation.status == ConversationStatus::Closed {
        return closed(id, desk).into_any();
    }
    let (ai, waits) = (conversation.owner == Owner::Ai, conversation.waits_for_human());
    let agent = conversation.agent_name.clone();
    let human = conversation.owner_name.clone().unwrap_or_else(|| "A human".into());
    let (icon, colour, title, text) = if waits {
        (Icon::Hand, "text-bad", WAITS.to_owned(), "Nobody answers until somebody takes over.".to_owned())
    } else if ai {
        match agent {
            Some(agent) => {
                (Icon::Bot, "text-accent-text", "AI is handling".to_owned(), format!("{agent} answers by itself."))
            }
            None => (
                Icon::Bot,
                "text-warn",
                "AI is handling".to_owned(),
                "But no agent is assigned: nobody answers.".to_owned(),
            ),
        }
    } else if mine {
        (Icon::User, "text-warn", "You are handling".to_owned(), "The AI is silent until you return it.".to_owned())
    } else {
        (Icon::User, "text-warn", format!("{human} is handling"), "The AI is silent.".to_owned())
    };
    let press = move |_| if mine { desk.act(return_to_ai(id)) } else { desk.act(take_over(id)) };
    let may_write = use_me().may_write();
    view! {
        <div id="owner-bar" class="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-t border-line bg-surface-2 px-4 py-2 low:py-1" aria-live="polite">
            <span class=colour><Icon icon=icon/></span>
            <p class="min-w-0 flex-1 text-sm">
                <span class="font-semibold text-ink">{title}</span>
                <span class="ml-1.5 hidden text-xs text-ink-3 lg:inline xl:hidden 2xl:inline">{text}</span>
            </p>
            {may_write.then(|| view! {
                <Button
                    variant=if waits { Variant::Primary } else { Variant::Secondary }
                    size=Size::Small icon=if mine { Icon::Bot } else { Icon::Hand } busy=desk.acting title="T".to_owned() on_click=press
                >
                    {if mine { "Return to AI" } else { "Take over" }}
                </Button>
                <span class="hidden md:inline-flex" aria-hidden="true"><Kbd>"T"</Kbd></span>
            })}
        </div>
    }
    .into_any()
}

/// The bar of a closed conversation. It opens again by itself when the person writes.
fn closed(id: ConversationId, desk: Desk) -> impl IntoView {
    let may_write = use_me().may_write();
    view! {
        <div id="owner-bar" class="flex flex-wrap items-center gap-x-3 gap-y-1.5 border-t border-line bg-surface-2 px-4 py-2 low:py-1" aria-live="polite">
            <span class="text-ink-3"><Icon icon=Icon::Check/></span>
            <p class="min-w-0 flex-1 text-sm">
                <span class="font-semibold text-ink">"Closed"</span>
                <span class="ml-1.5 hidden text-xs text-ink-3 lg:inline xl:hidden 2xl:inline">"It opens again when somebody writes."</span>
            </p>
            {may_write.then(|| view! {
                <Button
                    size=Size::Small icon=Icon::Refresh busy=desk.acting
                    on_click=move |_| desk.act(set_conversation_status(id, ConversationStatus::Open))
                >
                    "Reopen"
                </Button>
            })}
        </div>
    }
}
