//! Moments on screen. The first render is UTC, which both halves agree on; the browser then writes the viewer's own time.

use std::time::Duration;

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use super::browser::{self, Detail};

/// Rises every half minute, so that "3 min ago" stays true.
#[derive(Clone, Copy)]
struct Tick(RwSignal<u32>);

/// Starts the tick. Once, in the frame.
pub fn provide_tick() {
    let tick = Tick(RwSignal::new(0));
    provide_context(tick);
    Effect::new(move |_| {
        if let Ok(handle) = set_interval_with_handle(
            move || {
                tick.0.try_update(|n| *n = n.wrapping_add(1));
            },
            Duration::from_secs(30),
        ) {
            on_cleanup(move || handle.clear());
        }
    });
}

/// "3 min ago", "in 2 h". Days and more are left to the date.
fn ago(then_ms: i64, now_ms: i64) -> Option<String> {
    let seconds = (now_ms - then_ms) / 1000;
    let (amount, unit) = match seconds.abs() {
        0..45 => return Some("just now".to_owned()),
        s @ 45..3600 => (((s + 30) / 60).max(1), "min"),
        s @ 3600..86_400 => (s / 3600, "h"),
        s @ 86_400..604_800 => (s / 86_400, if s < 172_800 { "day" } else { "days" }),
        _ => return None,
    };
    Some(if seconds > 0 { format!("{amount} {unit} ago") } else { format!("in {amount} {unit}") })
}

/// The same for what is still to come: "in 3 min", and "now" once it is due.
fn until(then_ms: i64, now_ms: i64) -> Option<String> {
    if then_ms < now_ms + 45_000 { Some("now".to_owned()) } else { ago(then_ms, now_ms) }
}

/// A moment.
#[component]
pub fn When(
    /// Which.
    at: DateTime<Utc>,
    /// "3 min ago" for the last week.
    #[prop(optional)]
    relative: bool,
    /// Of something still to come: what is due already reads "now".
    #[prop(optional)]
    due: bool,
    /// Only the time of day.
    #[prop(optional)]
    time_only: bool,
    /// Another place's zone, such as the lead's; the tooltip then has the viewer's.
    #[prop(optional, into)]
    zone: Option<String>,
) -> impl IntoView {
    let utc = if time_only { at.format("%H:%M UTC") } else { at.format("%-d %b %Y, %H:%M UTC") }.to_string();
    let (text, title) = (RwSignal::new(utc), RwSignal::new(None::<String>));
    let tick = use_context::<Tick>();
    let ms = at.timestamp_millis();
    Effect::new(move |_| {
        if (relative || due)
            && let Some(tick) = tick
        {
            tick.0.track();
        }
        let detail = if time_only { Detail::Time } else { Detail::Full };
        let near = match (relative, due) {
            (false, false) => None,
            (_, true) => until(ms, browser::now_ms()),
            (true, false) => ago(ms, browser::now_ms()),
        };
        if let Some(new) = near.or_else(|| browser::local_text(ms, detail, zone.as_deref())) {
            text.set(new);
        }
        title.set(browser::local_text(ms, Detail::Long, None));
    });
    view! { <time datetime=at.to_rfc3339() title=move || title.get() class="whitespace-nowrap">{move || text.get()}</time> }
}

#[cfg(test)]
mod tests {
    use super::{ago, until};

    #[test]
    fn what_is_still_to_come_is_never_just_now() {
        for (then, said) in
            [(-600_000, "now"), (0, "now"), (44_000, "now"), (60_000, "in 1 min"), (7_200_000, "in 2 h")]
        {
            assert_eq!(until(then, 0).as_deref(), Some(said));
        }
    }

    #[test]
    fn near_moments_are_said_in_words() {
        let now = 1_800_000_000_000;
        for (seconds, said) in [
            (0, Some("just now")),
            (44, Some("just now")),
            (50, Some("1 min ago")),
            (180, Some("3 min ago")),
            (-3600 * 2, Some("in 2 h")),
            (86_400, Some("1 day ago")),
            (86_400 * 3, Some("3 days ago")),
            (86_400 * 8, None),
        ] {
            assert_eq!(ago(now - seconds * 1000, now).as_deref(), said, "{seconds}");
        }
    }
}
