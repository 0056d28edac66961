//! The page: list, thread and person side by side on wide screens, one after the other on phones.

use domain::id::{ConversationId, MessageId};
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::api::{list_conversations, load_thread};
use super::data::{InboxList, Thread};
use super::dom;
use super::draft::Drafts;
use super::list::List;
use super::person::PersonPane;
use super::place::Place;
use super::thread::ThreadPane;
use super::why::WhyPanel;
use super::write::Writing;
use crate::error::AppError;
use crate::live::use_live_calm;
use crate::shell::{PageFull, page_shortcuts};
use crate::ui::*;

/// What all parts of the page share. It outlives every answer of the server.
#[derive(Clone, Copy)]
pub(super) struct Desk {
    /// What the address says.
    pub place: Memo<Place>,
    /// What is being written.
    pub drafts: Drafts,
    /// What an agent is asked to write.
    pub writing: Writing,
    /// How many pages of messages are wanted, and in which conversation.
    pub earlier: RwSignal<(Option<ConversationId>, i64)>,
    /// How many minutes the viewer is ahead of UTC.
    pub offset: StoredValue<i32>,
    /// The conversation, its last message and how many events it had when it was scrolled to.
    pub seen: StoredValue<Option<(ConversationId, Option<MessageId>, usize)>>,
    /// Whether the viewer last stood at the end of the thread.
    pub at_end: StoredValue<bool>,
    /// How far from its end the thread was when older messages were asked for.
    pub keep: StoredValue<Option<i32>>,
    /// Whether something was pressed that is not done yet.
    pub acting: RwSignal<bool>,
    /// The conversation whose escalation is shown whole.
    pub unfolded: RwSignal<Option<ConversationId>>,
    toasts: Toasts,
    list: Resource<Result<InboxList, AppError>>,
    thread: Resource<Result<Option<Thread>, AppError>>,
}

impl Desk {
    /// Does one thing at a time, says what went wrong, and looks again.
    pub fn act(self, ask: impl Future<Output = Result<(), AppError>> + 'static) {
        if self.acting.get_untracked() {
            return;
        }
        self.acting.set(true);
        spawn_local(async move {
            if let Err(error) = ask.await {
                self.toasts.error(error.to_string());
            }
            // The page may be gone by now.
            if self.acting.try_set(false).is_none() {
                self.refresh();
            }
        });
    }

    /// Asks for list and thread again.
    pub fn refresh(self) {
        self.thread.refetch();
        self.list.refetch();
    }
}

const LIVE: &[&str] = &["message", "conversation", "lead", "reply"];

/// The Inbox.
#[component]
pub fn InboxPage() -> impl IntoView {
    let query = use_query_map();
    let place = Memo::new(move |_| query.with(Place::read));
    let open = Memo::new(move |_| place.with(Place::conversation));
    let earlier = RwSignal::new((None, 1));
    let live = use_live_calm(LIVE);
    let filter = Memo::new(move |_| place.with(Place::filter));
    let list = Resource::new(move || (filter.get(), live.get()), |(filter, _)| list_conversations(filter));
    let pages = move || match (open.get(), earlier.get()) {
        (Some(Ok(id)), (Some(of), pages)) if id == of => pages,
        _ => 1,
    };
    // The page of a conversation that is not there answers 404, so its head waits for the answer.
    let thread = Resource::new_blocking(
        move || (open.get(), pages(), live.get()),
        |(open, pages, _)| async move {
            match open {
                None => Ok(None),
                Some(Err(())) => Err(AppError::NotFound),
                Some(Ok(id)) => load_thread(id, pages).await.map(Some),
            }
        },
    );
    let desk = Desk {
        place,
        drafts: Drafts::new(),
        writing: Writing::new(),
        earlier,
        offset: StoredValue::new(0),
        seen: StoredValue::new(None),
        at_end: StoredValue::new(true),
        keep: StoredValue::new(None),
        acting: RwSignal::new(false),
        unfolded: RwSignal::new(None),
        toasts: use_toasts(),
        list,
        thread,
    };
    listen(desk);
    Effect::new(move |_| {
        if let Some(Ok(id)) = open.get() {
            desk.drafts.recall(id);
        }
    });

    let navigate = use_navigate();
    let search = move |q: String| {
        let href = place.get_untracked().searching(q).href();
        navigate(&href, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
    };
    let q = Signal::derive(move || place.with(|p| p.q.clone()));
    let list_class = move || {
        if open.with(Option::is_some) {
            "hidden min-h-0 min-w-0 flex-col border-line bg-surface md:flex md:border-r"
        } else {
            "flex min-h-0 min-w-0 flex-col border-line bg-surface md:border-r"
        }
    };
    view! {
        <Title text="Inbox"/>
        <PageFull>
            // On a phone the open conversation hides the list, and with it the page's heading.
            <Show when=move || open.with(Option::is_some)><h1 class="sr-only md:hidden">"Inbox"</h1></Show>
            <div class="grid min-h-0 flex-1 grid-cols-[minmax(0,1fr)] md:grid-cols-[19rem_minmax(0,1fr)] xl:grid-cols-[20rem_minmax(0,1fr)_18.5rem] xl:[&>[role=alert]]:col-span-2">
                <section aria-label="Conversations" class=list_class>
                    <div class="flex items-center gap-3 px-4 pb-2 pt-3.5">
                        <h1 class="text-lg font-semibold tracking-tight">"Inbox"</h1>
                        <div class="min-w-0 flex-1 [&>span]:sm:w-full">
                            <SearchBox label="Search conversations" value=q on_search=search/>
                        </div>
                    </div>
                    <Loaded resource=list steady=true skeleton=move || view! { <Skeleton rows=8/> } let:found>
                        <List found=found desk=desk/>
                    </Loaded>
                </section>
                <Loaded resource=thread skeleton=move || view! { <div class="p-4"><Skeleton rows=6/></div> } let:thread>
                    {match thread {
                        None => view! { <NothingOpen/> }.into_any(),
                        Some(thread) => view! {
                            <ThreadPane thread=thread.clone() desk=desk/>
                            <PersonPane thread=thread desk=desk/>
                        }.into_any(),
                    }}
                </Loaded>
            </div>
            <WhyPanel desk/>
        </PageFull>
    }
}

/// The keys of this page, and what only the browser knows.
fn listen(desk: Desk) {
    page_shortcuts(&[
        ("J / K", "Next or previous conversation"),
        ("↓ / ↑", "The same"),
        ("Enter", "Open the conversation"),
        ("T", "Take over, or return to the AI"),
        ("R", "Write a reply"),
        ("Ctrl Enter", "Send"),
    ]);
    Effect::new(move |_| {
        desk.offset.set_value(dom::utc_offset_minutes());
        if desk.offset.get_value() != 0 {
            // The first render had the days of UTC.
            desk.thread.refetch();
        }
        let handle = window_event_listener(ev::keydown, |event| {
            if event.ctrl_key() || event.meta_key() || event.alt_key() || dom::keys_are_taken() {
                return;
            }
            match event.key().as_str() {
                "j" | "ArrowDown" => browser::focus_neighbour("conversation-list", false),
                "k" | "ArrowUp" => browser::focus_neighbour("conversation-list", true),
                "t" => dom::press_button_in("owner-bar"),
                "r" => browser::focus("reply"),
                _ => return,
            }
            event.prevent_default();
        });
        on_cleanup(move || handle.remove());
    });
}

/// The middle while no conversation is open; phones show the list then.
#[component]
fn NothingOpen() -> impl IntoView {
    view! {
        <div class="hidden min-h-0 items-center justify-center md:flex xl:col-span-2">
            <Empty icon=Icon::Inbox title="No conversation open" text="Choose one on the left to read along, take over and answer.">
                <span class="flex items-center gap-1.5 text-xs text-ink-3"><Kbd>"J"</Kbd><Kbd>"K"</Kbd>" to move, "<Kbd>"Enter"</Kbd>" to open"</span>
            </Empty>
        </div>
    }
}
