//! The panel "Advice" of a campaign's overview: asking for it, waiting for it, and every way in which there may be none. How it is shown is in
//! `advised`.

use domain::campaign::CampaignStatus;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::advised::AdvisedView;
use super::api::{CampaignData, ask_advice};
use super::follow::Followed;
use crate::error::AppError;
use crate::ui::*;

/// A question for advice. It lives as long as the campaign's page, so that another tab or fresh figures leave it alone.
#[derive(Clone, Copy)]
pub struct Asked {
    busy: RwSignal<bool>,
    failure: RwSignal<Option<AppError>>,
    followed: Followed,
}

impl Asked {
    /// Nothing was asked yet.
    pub fn new(followed: Followed) -> Self {
        Self { busy: RwSignal::new(false), failure: RwSignal::new(None), followed }
    }

    fn ask(self) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        let data = self.followed.data;
        let id = data.with_untracked(|d| d.campaign.id);
        spawn_local(async move {
            let result = ask_advice(id).await;
            // The page may be left by now; what was advised is kept on the server.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match result {
                Ok(advised) => {
                    data.update(|d| d.advice = Some(advised));
                    // Figures that were asked for before it was kept would take it away again.
                    self.followed.reload();
                }
                Err(error) => self.failure.set(Some(error)),
            }
        });
    }
}

/// What the page can do about a recommendation.
#[derive(Clone, Copy)]
pub struct Ways {
    /// Opens the launch dialog.
    pub launching: RwSignal<bool>,
    /// Asks whether to pause.
    pub pausing: RwSignal<bool>,
    /// Resumes at once.
    pub resume: Callback<()>,
    /// Whether something of this is under way.
    pub busy: RwSignal<bool>,
}

/// The panel.
#[component]
pub fn AdvicePanel(
    /// The campaign, as it changes.
    data: RwSignal<CampaignData>,
    /// The question.
    asked: Asked,
    /// Where it leads to.
    ways: Ways,
    /// Whether the operator may ask: it costs money.
    may_write: bool,
) -> impl IntoView {
    let Asked { busy, failure, .. } = asked;
    let advised = Memo::new(move |_| data.with(|d| d.advice.clone()));
    let is_empty = Memo::new(move |_| advised.with(Option::is_none));
    let nothing_sent = Memo::new(move |_| data.with(|d| d.progress.sent == 0));
    let status = Memo::new(move |_| data.with(|d| d.campaign.status));
    let steps = Memo::new(move |_| data.with(|d| d.steps.clone()));
    let id = data.with_untracked(|d| d.campaign.id);
    view! {
        <section aria-label="Advice" class="min-w-0 overflow-clip rounded-lg border border-line bg-surface shadow-xs">
            <div class="flex min-h-12 flex-wrap items-center justify-between gap-x-4 gap-y-2 border-b border-line px-4 py-2.5">
                <div class="min-w-0">
                    <h2 class="text-base font-semibold text-ink">"Advice"</h2>
                    <p class="text-xs text-ink-3">"A model reads the figures. Nothing changes until you act on it."</p>
                </div>
                {move || (may_write && !nothing_sent.get()).then(|| view! {
                    <Button icon=Icon::Sparkles busy=busy on_click=move |_| asked.ask()>
                        {move || if is_empty.get() { "Ask for advice" } else { "Ask again" }}
                    </Button>
                })}
            </div>
            <div class="flex flex-col gap-4 p-4">
                <p class="text-xs text-ink-3 empty:hidden" role="status">
                    {move || busy.get().then_some("The model reads the figures. This takes a few seconds…")}
                </p>
                {move || failure.get().map(|error| view! { <NoAdvice error/> })}
                {move || match (advised.get(), busy.get()) {
                    (Some(advised), busy) => view! {
                        <div class:opacity-50=busy>
                            <AdvisedView advised campaign=id status=status steps=steps ways=ways may_write=may_write/>
                        </div>
                    }
                    .into_any(),
                    (None, true) => view! {
                        <div class="grid gap-4 md:grid-cols-2">
                            <SkeletonBox class="h-40 rounded-lg"/>
                            <SkeletonBox class="h-40 rounded-lg"/>
                        </div>
                    }
                    .into_any(),
                    (None, false) => view! { <Nothing nothing_sent=nothing_sent.get() status=status.get() may_write/> }.into_any(),
                }}
            </div>
        </section>
    }
}

/// Why there is no advice yet, and what to do about it.
#[component]
fn Nothing(nothing_sent: bool, status: CampaignStatus, may_write: bool) -> impl IntoView {
    let (title, text) = match (nothing_sent, may_write) {
        (true, _) if status == CampaignStatus::Draft => {
            ("Nothing to read yet", "Launch the campaign first. Once messages went out, a model can read how it goes.")
        }
        (true, _) => ("Nothing to read yet", "No message went out so far. Ask for advice once some did."),
        (false, true) => (
            "No advice yet",
            "Ask a model how the campaign goes, which channels to use, whom to turn to first, and when to take the next step.",
        ),
        (false, false) => (
            "No advice yet",
            "Asking costs money, which your role does not allow. Ask an owner or admin of the workspace.",
        ),
    };
    view! { <Empty icon=Icon::Sparkles title=title text=text/> }
}

/// Why a question came to nothing. A conflict after messages went out is about money or about the agent.
#[component]
fn NoAdvice(error: AppError) -> impl IntoView {
    match error {
        AppError::Conflict { message } if message.contains("budget") => view! {
            <Banner tone=Tone::Warn title="The budget is used up" icon=Icon::Dollar>
                {message}
                " "
                <a class="font-medium underline" href="/settings/budgets">"Open the budgets"</a>
            </Banner>
        }
        .into_any(),
        AppError::Forbidden { message } => {
            view! { <Banner tone=Tone::Warn title="Your role does not allow this" icon=Icon::Lock>{message}</Banner> }
                .into_any()
        }
        error => view! { <Banner tone=Tone::Bad title="No advice came of it">{error.to_string()}</Banner> }.into_any(),
    }
}
