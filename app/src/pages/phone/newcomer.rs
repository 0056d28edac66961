//! Somebody who is not a lead yet writes in from a random number.

use domain::message::Channel;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::api::{play_by_hand, say_as, unused_number};
use super::page::{Booth, href};
use crate::error::AppError;
use crate::ui::*;

/// Who answers at a number is decided by its last digit.
fn characters() -> Vec<Choice> {
    [
        ("hand", "I play this person"),
        ("1", "Eager: says yes to most things"),
        ("2", "Curious: answers with a question"),
        ("3", "Objector: not now, too expensive"),
        ("4", "Opts out: answers STOP"),
        ("7", "Silent: never answers again"),
    ]
    .map(|(value, label)| Choice::new(value, label))
    .to_vec()
}

/// The form.
#[component]
pub(super) fn Newcomer(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// The page.
    booth: Booth,
) -> impl IntoView {
    let text = RwSignal::new("Hi, is the two-bedroom on Elm Street still free?".to_owned());
    let channel = RwSignal::new("sms".to_owned());
    let character = RwSignal::new("hand".to_owned());
    let error = RwSignal::new(None::<AppError>);
    let navigate = StoredValue::new(use_navigate());
    let write = move |_| {
        if booth.busy.get_untracked() {
            return;
        }
        booth.busy.set(true);
        error.set(None);
        let (text, character) = (text.get_untracked(), character.get_untracked());
        let channel = channel.get_untracked().parse().unwrap_or(Channel::Sms);
        spawn_local(async move {
            let came = come(&character, channel, text).await;
            if booth.busy.try_set(false).is_some() {
                return;
            }
            match came {
                Ok(number) => {
                    open.set(false);
                    let href = href(&number, &booth.q.try_get_untracked().unwrap_or_default());
                    navigate.try_with_value(|navigate| navigate(&href, NavigateOptions::default()));
                    booth.refresh();
                }
                Err(why) => error.set(Some(why)),
            }
        });
    };
    let footer = move || {
        view! {
            <Button on_click=move |_| open.set(false)>"Cancel"</Button>
            <Button variant=Variant::Primary icon=Icon::Send busy=booth.busy on_click=write>"Write in"</Button>
        }
    };
    view! {
        <Dialog open=open title="New person" footer=footer>
            <div class="flex flex-col gap-4">
                <p class="text-sm text-ink-2">"Somebody you do not know writes from a random number. They become a new lead."</p>
                <Field id="newcomer-text" label="What they write"><TextArea bind=text rows=3/></Field>
                <Field id="newcomer-channel" label="Channel">
                    <Select bind=channel options=vec![Choice::new("sms", "SMS"), Choice::new("whatsapp", "WhatsApp")]/>
                </Field>
                <Field id="newcomer-character" label="How they go on"><Select bind=character options=characters()/></Field>
                <FormError error=error/>
            </div>
        </Dialog>
    }
}

/// Gives the number they wrote from.
async fn come(character: &str, channel: Channel, text: String) -> Result<String, AppError> {
    let number = unused_number(character.parse().unwrap_or(7)).await?;
    if character == "hand" {
        play_by_hand(number.clone(), true).await?;
    }
    say_as(number.clone(), channel, text).await?;
    Ok(number)
}
