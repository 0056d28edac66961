//! Numbers as pictures: small SVGs that need no script. Widths are attributes of shapes, because the content policy refuses `style=`.

use leptos::prelude::*;

use super::{Icon, Tone};

/// One bar: a name and a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    label: String,
    value: i64,
    shown: Option<String>,
    href: Option<String>,
    tone: Tone,
}

impl Bar {
    /// A bar.
    pub fn new(label: impl Into<String>, value: i64) -> Self {
        Self { label: label.into(), value, shown: None, href: None, tone: Tone::Accent }
    }

    /// What stands at its end instead of the number: `$1.20`.
    pub fn shown(mut self, shown: impl Into<String>) -> Self {
        self.shown = Some(shown.into());
        self
    }

    /// Where the list behind the number is.
    pub fn href(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// Its colour.
    pub fn tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }

    fn text(&self) -> String {
        self.shown.clone().unwrap_or_else(|| self.value.to_string())
    }
}

/// `part` of `whole` in thousandths, within bounds.
fn thousandths(part: i64, whole: i64) -> i64 {
    if whole <= 0 { 0 } else { (part.max(0).saturating_mul(1000) / whole).min(1000) }
}

/// A horizontal bar, `thousandths` of its place.
fn bar(thousandths: i64, fill: &'static str, class: &'static str) -> impl IntoView {
    view! {
        <svg class=format!("block w-full overflow-hidden rounded-full bg-surface-3 {class}") viewBox="0 0 1000 8" preserveAspectRatio="none" aria-hidden="true">
            <rect class=fill width=thousandths height="8"></rect>
        </svg>
    }
}

/// A name, or the link behind it.
fn name(label: String, href: Option<String>) -> AnyView {
    match href {
        None => view! { <span class="truncate text-ink">{label}</span> }.into_any(),
        Some(href) => view! { <a class="truncate rounded-sm text-ink hover:text-accent-text hover:underline" href=href>{label}</a> }.into_any(),
    }
}

/// How much of something is done.
#[component]
pub fn Progress(
    /// So much.
    #[prop(into)]
    done: Signal<i64>,
    /// Of so much.
    #[prop(into)]
    of: Signal<i64>,
    /// What is counted, for screen readers.
    #[prop(into)]
    label: String,
    /// Its colour.
    #[prop(default = Tone::Accent)]
    tone: Tone,
) -> impl IntoView {
    view! {
        <div role="progressbar" aria-label=label aria-valuemin="0" aria-valuenow=move || done.get().to_string() aria-valuemax=move || of.get().to_string()>
            {move || bar(thousandths(done.get(), of.get()), tone.fill(), "h-1.5")}
        </div>
    }
}

/// A list of bars, longest first as the page orders them.
#[component]
pub fn BarList(
    /// What it shows, for screen readers.
    #[prop(into)]
    label: String,
    /// The bars.
    bars: Vec<Bar>,
) -> impl IntoView {
    let most = bars.iter().map(|b| b.value).max().unwrap_or(0);
    let rows = bars
        .into_iter()
        .map(|b| {
            let text = b.text();
            view! {
                <li>
                    <div class="mb-1.5 flex justify-between gap-3 text-sm">{name(b.label, b.href)}<span class="text-ink-2">{text}</span></div>
                    {bar(thousandths(b.value, most), b.tone.fill(), "h-1.5")}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="space-y-3.5" aria-label=label>{rows}</ul> }
}

/// Steps of which each has fewer than the one before, with the share that went on.
#[component]
pub fn Funnel(
    /// What it shows, for screen readers.
    #[prop(into)]
    label: String,
    /// The steps in order.
    bars: Vec<Bar>,
) -> impl IntoView {
    let first = bars.first().map_or(0, |b| b.value);
    let rows = bars
        .into_iter()
        .map(|b| {
            let (text, share) = (b.text(), thousandths(b.value, first));
            view! {
                <li class="grid grid-cols-[minmax(5rem,9rem)_1fr_auto] items-center gap-3 text-sm">
                    {name(b.label, b.href)}
                    {bar(share, b.tone.fill(), "h-5 rounded-sm")}
                    <span class="w-20 text-right">
                        <span class="font-medium">{text}</span>
                        <span class="ml-1.5 text-xs text-ink-3">{format!("{}%", (share + 5) / 10)}</span>
                    </span>
                </li>
            }
        })
        .collect_view();
    view! { <ol class="space-y-2" aria-label=label>{rows}</ol> }
}

/// Upright bars, for days or hours. Each has its name and number as a tooltip; the first and the last name stand below.
#[component]
pub fn Columns(
    /// What it shows, for screen readers.
    #[prop(into)]
    label: String,
    /// The bars from left to right.
    bars: Vec<Bar>,
) -> impl IntoView {
    let most = bars.iter().map(|b| b.value).max().unwrap_or(0);
    let count = i64::try_from(bars.len()).unwrap_or(1).max(1);
    let ends = bars.first().zip(bars.last()).map(|(a, z)| (a.label.clone(), z.label.clone()));
    let said = bars.iter().map(|b| format!("{} {}", b.label, b.text())).collect::<Vec<_>>().join(", ");
    let shapes = bars
        .into_iter()
        .zip(0i64..)
        .map(|(b, i)| {
            // A bar that is not nothing can always be seen.
            let height = thousandths(b.value, most) * 96 / 1000;
            let height = if b.value > 0 { height.max(2) } else { 0 };
            let tip = format!("{}: {}", b.label, b.text());
            view! {
                <g>
                    <title>{tip}</title>
                    <rect class="fill-transparent" x=i * 20 y="0" width="20" height="100"></rect>
                    <rect class=format!("{} transition-opacity hover:opacity-80", b.tone.fill()) x=i * 20 + 3 y=100 - height width="14" height=height rx="2"></rect>
                </g>
            }
        })
        .collect_view();
    view! {
        <figure>
            <svg role="img" aria-label=format!("{label}: {said}") class="block h-32 w-full" viewBox=format!("0 0 {} 100", count * 20) preserveAspectRatio="none">
                <line x1="0" y1="99.5" x2=count * 20 y2="99.5" class="stroke-line" stroke-width="1" vector-effect="non-scaling-stroke"></line>
                {shapes}
            </svg>
            {ends.map(|(a, z)| view! {
                <figcaption class="mt-1.5 flex justify-between text-2xs text-ink-3" aria-hidden="true"><span>{a}</span><span>{z}</span></figcaption>
            })}
        </figure>
    }
}

/// The points of a line in a box of 100 × 28. A single value is a level line.
fn points(values: &[i64]) -> String {
    if values.len() == 1 {
        return "0,14 100,14".to_owned();
    }
    let (least, most) = (values.iter().min().copied().unwrap_or(0), values.iter().max().copied().unwrap_or(0));
    let last = i64::try_from(values.len()).unwrap_or(1).saturating_sub(1).max(1);
    let spread = most.saturating_sub(least).max(1);
    values
        .iter()
        .zip(0i64..)
        .map(|(v, i)| format!("{},{}", i * 100 / last, 26 - v.saturating_sub(least).saturating_mul(24) / spread))
        .collect::<Vec<_>>()
        .join(" ")
}

/// A line without axes.
#[component]
pub fn Sparkline(
    /// The values from left to right.
    values: Vec<i64>,
    /// What it shows, for screen readers; without one it is decoration.
    #[prop(optional, into)]
    label: Option<String>,
    /// Its size.
    #[prop(default = "h-7 w-24")]
    class: &'static str,
) -> impl IntoView {
    let line = points(&values);
    let area = format!("0,28 {line} 100,28");
    view! {
        <svg class=class viewBox="0 0 100 28" preserveAspectRatio="none" role=label.as_ref().map(|_| "img") aria-hidden=label.is_none().then_some("true") aria-label=label>
            <polygon points=area class="fill-accent-soft"></polygon>
            <polyline points=line class="fill-none stroke-accent-text" stroke-width="1.5" stroke-linejoin="round" vector-effect="non-scaling-stroke"></polyline>
        </svg>
    }
}

/// One number with its name.
#[component]
pub fn Stat(
    /// Its name.
    #[prop(into)]
    label: String,
    /// The number as people read it.
    #[prop(into)]
    value: Signal<String>,
    /// What it is measured over, or against.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// Its icon.
    #[prop(optional)]
    icon: Option<Icon>,
    /// The colour of the hint.
    #[prop(optional)]
    tone: Tone,
    /// The last days, as a line.
    #[prop(optional)]
    trend: Vec<i64>,
    /// The list behind the number.
    #[prop(optional, into)]
    href: Option<String>,
) -> impl IntoView {
    let hint_colour = if tone == Tone::Neutral { "text-ink-3" } else { tone.text() };
    let body = view! {
        <p class="flex items-center gap-1.5 text-xs font-medium text-ink-3">
            {icon.map(|icon| view! { <Icon icon=icon class="size-3.5"/> })}
            {label}
        </p>
        <div class="mt-1.5 flex items-end justify-between gap-3">
            <p class="text-2xl font-semibold tracking-tight text-ink">{move || value.get()}</p>
            {(trend.len() > 1).then(|| view! { <Sparkline values=trend/> })}
        </div>
        {move || hint.get().map(|hint| view! { <p class=format!("mt-1 text-xs {hint_colour}")>{hint}</p> })}
    };
    const CARD: &str = "block rounded-lg border border-line bg-surface px-4 py-3.5 shadow-xs";
    match href {
        None => view! { <div class=CARD>{body}</div> }.into_any(),
        Some(href) => {
            view! { <a class=format!("{CARD} transition-colors hover:border-line-strong hover:bg-surface-2") href=href>{body}</a> }.into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_stay_within_bounds() {
        assert_eq!(thousandths(5, 0), 0);
        assert_eq!(thousandths(-5, 10), 0);
        assert_eq!(thousandths(1, 3), 333);
        assert_eq!(thousandths(30, 10), 1000);
        assert_eq!(thousandths(i64::MAX, i64::MAX), 1000.min(thousandths(i64::MAX, i64::MAX)));
    }

    #[test]
    fn a_line_has_a_point_per_value() {
        assert_eq!(points(&[1, 3, 2]), "0,26 50,2 100,14");
        assert_eq!(points(&[7]), "0,14 100,14");
        assert_eq!(points(&[]), "");
    }
}
