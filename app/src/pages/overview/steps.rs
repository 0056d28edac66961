//! What a fresh workspace does first, in order, with what is done already.

use leptos::prelude::*;

use super::data::Overview;
use crate::ui::*;

/// One thing to do.
struct Step {
    done: bool,
    title: &'static str,
    text: &'static str,
    action: &'static str,
    href: &'static str,
    icon: Icon,
}

fn steps(o: &Overview) -> [Step; 5] {
    [
        Step {
            done: o.agents > 0,
            title: "Make an agent",
            text: "It answers people for you. Try it in the Test Console first.",
            action: "Make an agent",
            href: "/agents?edit=new",
            icon: Icon::Bot,
        },
        Step {
            done: o.leads > 0,
            title: "Import leads",
            text: "From a CSV file, with their consent.",
            action: "Import leads",
            href: "/leads/import",
            icon: Icon::Users,
        },
        Step {
            done: o.templates > 0,
            title: "Write templates",
            text: "What campaigns say. WhatsApp has to approve its ones.",
            action: "Write templates",
            href: "/templates",
            icon: Icon::FileText,
        },
        Step {
            done: o.campaigns > 0,
            title: "Draw a campaign",
            text: "SMS, then WhatsApp, then a call: who gets what, and when.",
            action: "Draw a campaign",
            href: "/campaigns",
            icon: Icon::Branch,
        },
        Step {
            done: o.started_campaigns > 0,
            title: "Launch it",
            text: "Answers arrive in the inbox, where you can take over.",
            action: "Open campaigns",
            href: "/campaigns",
            icon: Icon::Play,
        },
    ]
}

/// The checklist.
#[component]
pub(super) fn Steps(
    /// How the workspace stands.
    overview: Overview,
) -> impl IntoView {
    let steps = steps(&overview);
    let done = steps.iter().filter(|s| s.done).count();
    let next = steps.iter().position(|s| !s.done);
    let total = steps.len();
    let rows = steps
        .into_iter()
        .enumerate()
        .map(|(at, step)| {
            let here = next == Some(at);
            let (mark, title) = if step.done {
                ("bg-good-soft text-good", "text-sm font-medium text-ink-3 line-through")
            } else if here {
                ("bg-accent text-accent-ink", "text-sm font-semibold text-ink")
            } else {
                ("bg-surface-3 text-ink-3", "text-sm font-medium text-ink")
            };
            view! {
                <li class="flex items-center gap-3 px-4 py-3">
                    <span class=format!("flex size-8 items-center justify-center rounded-full {mark}")>
                        <Icon icon=if step.done { Icon::Check } else { step.icon }/>
                    </span>
                    <span class="min-w-0 flex-1">
                        <span class=title>{step.title}</span>
                        <span class="sr-only">{if step.done { " (done)" } else { " (to do)" }}</span>
                        <span class="block text-xs text-ink-3">{step.text}</span>
                    </span>
                    {here.then(|| view! { <LinkButton href=step.href size=Size::Small variant=Variant::Primary>{step.action}</LinkButton> })}
                </li>
            }
        })
        .collect_view();
    view! {
        <Card title="What to do next" subtitle=format!("{done} of {total} done") flush=true>
            <ol class="divide-y divide-line">{rows}</ol>
        </Card>
    }
}
