//! Messages in and out per hour, as one small picture. Widths are attributes of shapes, because the content policy refuses `style=`.

use leptos::prelude::*;

/// How long ago, in words.
fn ago(hours: i64) -> String {
    match hours {
        0 => "Last hour".to_owned(),
        n => format!("{n} h ago"),
    }
}

/// `part` of `most` as a height of at most 96; what is not nothing can always be seen.
fn height(part: i64, most: i64) -> i64 {
    if part <= 0 || most <= 0 { 0 } else { (part.saturating_mul(96) / most).max(2) }
}

/// Two bars per hour: ours and theirs.
#[component]
pub(super) fn InOut(
    /// Sent and received per hour, oldest first.
    hours: Vec<(i64, i64)>,
) -> impl IntoView {
    let most = hours.iter().map(|(sent, received)| *sent.max(received)).max().unwrap_or(0);
    let (sent, received) = hours.iter().fold((0, 0), |(s, r), (sent, received)| (s + sent, r + received));
    let count = i64::try_from(hours.len()).unwrap_or(1).max(1);
    if sent + received == 0 {
        return view! {
            <p class="flex h-32 items-center justify-center text-sm text-ink-3">"No messages in the last 24 hours."</p>
        }
        .into_any();
    }
    let bars = hours
        .into_iter()
        .zip(0i64..)
        .map(|((sent, received), i)| {
            let (out, back) = (height(sent, most), height(received, most));
            let tip = format!("{}: {sent} sent, {received} received", ago(count - 1 - i));
            view! {
                <g>
                    <title>{tip}</title>
                    <rect class="fill-transparent hover:fill-surface-2" x=i * 20 y="0" width="20" height="100"></rect>
                    <rect class="pointer-events-none fill-accent" x=i * 20 + 3 y=100 - out width="6" height=out rx="1.5"></rect>
                    <rect class="pointer-events-none fill-good" x=i * 20 + 11 y=100 - back width="6" height=back rx="1.5"></rect>
                </g>
            }
        })
        .collect_view();
    let said = format!("Messages of the last 24 hours: {sent} sent, {received} received. At most {most} in one hour.");
    view! {
        <figure>
            <figcaption class="mb-3 flex flex-wrap gap-x-5 gap-y-1 text-xs text-ink-2">
                <span class="inline-flex items-center gap-1.5"><span class="size-2.5 rounded-sm bg-accent"></span>{format!("Sent: {sent}")}</span>
                <span class="inline-flex items-center gap-1.5"><span class="size-2.5 rounded-sm bg-good"></span>{format!("Received: {received}")}</span>
            </figcaption>
            <svg role="img" aria-label=said class="block h-36 w-full" viewBox=format!("0 0 {} 100", count * 20) preserveAspectRatio="none">
                <line x1="0" y1="99.5" x2=count * 20 y2="99.5" class="stroke-line" stroke-width="1" vector-effect="non-scaling-stroke"></line>
                {bars}
            </svg>
            <div class="mt-1.5 flex justify-between text-2xs text-ink-3" aria-hidden="true"><span>{ago(count - 1)}</span><span>"Now"</span></div>
        </figure>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_counts_stay_visible_and_large_ones_fit() {
        assert_eq!([height(0, 10), height(1, 1000), height(500, 1000), height(7, 7), height(3, 0)], [0, 2, 48, 96, 0]);
    }
}
