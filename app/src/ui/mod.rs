//! The house parts: everything a page is made of. Pages write `use crate::ui::*;` and no raw `<button>`, `<table>` or `<textarea>`.
//!
//! Not here: server calls, domain verbs, pages. Colours come from the tokens in `style/tailwind.css` only:
//! `bg-canvas bg-surface bg-surface-2 bg-surface-3`, `border-line border-line-strong`, `text-ink text-ink-2 text-ink-3`,
//! `bg-accent text-accent-ink text-accent-text bg-accent-soft`, and for each tone `text-good bg-good-soft`, `warn`, `bad`, `info`.
//! Text sizes: `text-2xs` 11, `text-xs` 12, `text-sm` 13, `text-base` 14 (the default), `text-lg` 16, `text-xl` 19, `text-2xl` 23 px.
//! No `style=` attributes in markup (the content policy refuses them). Class names are written whole, never built from pieces.
//!
//! Text parameters take `"text"`, a `String`, a signal or a closure; flags take a `bool`, a signal or a closure. Callbacks take closures.
//!
//! | part | usage |
//! | --- | --- |
//! | [`Button`] | `<Button on_click=move \|_\| save() variant=Variant::Primary icon=Icon::Plus busy=saving>"New agent"</Button>` (`kind="submit"` in forms; `size=Size::Small`; `disabled=`; `wide=true`; `of=` what it is about, for screen readers; `title=`) |
//! | [`LinkButton`] | `<LinkButton href="/agents/new" variant=Variant::Primary icon=Icon::Plus>"New agent"</LinkButton>` |
//! | [`IconButton`] | `<IconButton icon=Icon::Trash label="Delete the step" on_click=move \|_\| del()/>` (`variant=`, `size=`, `disabled=`, `pressed=`) |
//! | [`Field`] | `<Field id="name" label="Name" hint="Shown to your team" problem=move \|\| problems.get().of("name").map(str::to_owned)><TextInput bind=name/></Field>` (`optional=true`); gives the input inside its id and aria attributes |
//! | [`TextInput`] | `<TextInput bind=name_signal/>` or `<TextInput value=move \|\| draft.get().name on_input=move \|text: String\| draft.update(\|d\| d.name = text)/>` (`kind="email"`, `name=`, `placeholder=`, `disabled=`, `autocomplete=`, `icon=`, `on_change=`, `required=true`, `autofocus=true`, `id=` outside a Field with `label=`) |
//! | [`TextArea`] | `<TextArea bind=prompt rows=8/>` same parameters as `TextInput`, plus `mono=true`, `max_chars=1600` (a counter), `on_submit=` (Ctrl/Cmd+Enter), `node=NodeRef`; the only `<textarea>` in the product |
//! | [`Select`] | `<Select bind=model options=vec![Choice::new("gpt-4o-mini", "GPT-4o mini")]/>` (or `value=`, `on_change=move \|v: String\| …`, `name=`, `placeholder=`; `options` may be a signal) |
//! | [`Checkbox`] | `<Checkbox bind=on label="Ask before sending"/>` (or `checked=`, `on_change=move \|on: bool\| …`, `name=`, `value=`, `hint=`; `bare=true` shows the label to screen readers only) |
//! | [`Switch`] | `<Switch bind=on label="Co-pilot"/>` same parameters as `Checkbox` |
//! | [`SearchBox`] | `<SearchBox label="Search leads" value=q on_search=move \|text: String\| go(text)/>` (waits 250 ms after typing; `name="q"` inside a GET form works without scripts) |
//! | [`Dialog`] | `<Dialog open=open title="Import leads" footer=move \|\| view! { <Button on_click=…>"Import"</Button> }>…</Dialog>`; `open: RwSignal<bool>`; children are made each time it opens (`wide=true`) |
//! | [`ConfirmDialog`] | `<ConfirmDialog open=open title="Pause this campaign?" confirm="Pause" on_confirm=move \|_\| pause() danger=true>"Nobody is messaged until you resume."</ConfirmDialog>` |
//! | [`Drawer`] | `<Drawer open=open title="Step" footer=…>…</Drawer>` a panel on the right, the whole width on phones (`wide=true`) |
//! | [`Table`] | `<Table label="Agents" columns=vec![Column::new("Name"), Column::new("Cost").number(), Column::new("Model").wide_only()]>{rows}</Table>` (`cards=true`: each row is a card on phones) |
//! | [`Tr`], [`Td`] | `<Tr><Td label="Name"><RowLink href=…>"Mia"</RowLink></Td><Td label="Cost" number=true>…</Td></Tr>` (`wide_only=true` as the column; [`RowLink`] makes the whole row clickable; `selected=` on `Tr`; `on_top=true` on a `Td` with its own buttons) |
//! | [`Pager`] | `<Pager page=3 total_pages=9 total=214 href=move \|n: i64\| format!("/leads?page={n}")/>` |
//! | [`TabLinks`] | `<TabLinks label="Campaign" current="people" items=vec![Tab::new("people", "People").href("/campaigns/x?tab=people").count(12)]/>` |
//! | [`TabButtons`] | `<TabButtons label="Section" selected=tab items=vec![Tab::new("general", "General")]/>`; `tab: RwSignal<String>`; the page shows the panel with `role="tabpanel"` |
//! | [`Segmented`] | `<Segmented label="Filter" selected=filter items=vec![Tab::new("mine", "Mine")]/>` a small pill switch |
//! | [`Badge`] | `<Badge tone=Tone::Good icon=Icon::Check>"Live"</Badge>` |
//! | [`StatusBadge`] | `<StatusBadge status=message.status.as_str()/>` any domain word: message, campaign, run, template, agent, conversation, tier |
//! | [`ChannelIcon`] | `<ChannelIcon channel=Channel::Sms/>` (`named=true` writes the word too) |
//! | [`Avatar`] | `<Avatar name="Mia Long"/>` (`size=Size::Small`, `bot=true` for an agent) |
//! | [`Spinner`] | `<Spinner/>` |
//! | [`provide_toasts`], [`use_toasts`], [`ToastHost`] | `let toasts = use_toasts();` in the body, then `toasts.success("Saved.")`, `toasts.error(format!("{e}"))`, `toasts.info(…)`, `toasts.undo("Step removed.", move \|\| undo())` |
//! | [`Empty`] | `<Empty icon=Icon::Bot title="No agents yet" text="An agent answers people for you."><LinkButton …/></Empty>` |
//! | [`Skeleton`] | `<Skeleton rows=6/>` or `<SkeletonBox class="h-24 rounded-lg"/>` |
//! | [`Loaded`] | `<Loaded resource=agents let:list>…</Loaded>` waits, then shows the value, the error with a retry, or who can grant access (`skeleton=move \|\| view! { … }`; `steady=true` for live lists: an equal answer touches nothing); never `.get()` a resource. Inside, `list` is the value, by itself |
//! | [`ErrorCard`] | `<ErrorCard error=e on_retry=move \|_\| r.refetch()/>` |
//! | [`FormError`] | `<FormError error=move \|\| action_error()/>` one line above a form's buttons, for an `Option<AppError>` |
//! | [`When`] | `<When at=message.created_at/>` local date and time; `relative=true` gives "3 min ago" with the full time as a tooltip; `zone="America/New_York"` shows another place's time; `time_only=true` |
//! | [`Money`] | `<Money amount=micros/>` |
//! | [`Stat`] | `<Stat label="Reply rate" value="14.2 %" hint="last 7 days" trend=vec![3, 5] href="/…"/>` (`value` may be a signal, `tone=Tone::Bad`, `icon=`) |
//! | [`Sparkline`] | `<Sparkline values=vec![3, 5] label="Messages per day"/>` |
//! | [`BarList`] | `<BarList label="Why not sent" bars=vec![Bar::new("Quiet hours", 12)]/>` (`.href(…)`, `.tone(…)`, `.shown("$1.20")`) |
//! | [`Columns`] | `<Columns label="Messages per day" bars=vec![Bar::new("Mon", 12)]/>` an upright bar chart |
//! | [`Funnel`] | `<Funnel label="Campaign" bars=vec![Bar::new("Reached", 120), Bar::new("Replied", 31)]/>` |
//! | [`Progress`] | `<Progress done=31 of=120 label="Leads finished"/>` |
//! | [`ask_before_back`], [`go_back`] | `ask_before_back(unsaved, Callback::new(move \|()\| asking.set(true)))` in the body: the browser's Back asks first (the app's root calls [`listen_for_back`]) |
//! | [`leave_opened`] | `let leave = leave_opened(edit);` in the body, `leave.run(href)` when a drawer of the address `?edit=` closes: Back does not open it again |
//! | [`guard_leaving`], [`guard_links`] | the same for closing or reloading the window, and for links to other pages |
//! | [`CopyButton`] | `<CopyButton text=id label="Copy the id"/>` |
//! | [`Kbd`] | `<Kbd>"T"</Kbd>` |
//! | [`Menu`] | `<Menu id="row-3" label="More actions" icon=Icon::More><MenuItem icon=Icon::Copy on_click=…>"Duplicate"</MenuItem><MenuLink href="…">"Open"</MenuLink><MenuLine/></Menu>`; `id` unique in the page; `text="Sort"` shows words on the button |
//! | [`Banner`] | `<Banner tone=Tone::Warn title="Paused">"Nobody is messaged."</Banner>` |
//! | [`Card`] | `<Card title="Model" subtitle="…" actions=move \|\| view! { … }>…</Card>` a bordered surface (`flush=true`: no padding, for tables) |
//! | [`Facts`], [`Fact`] | `<Facts><Fact label="Phone">"+1 …"</Fact></Facts>` a list of name and value |
//! | [`Icon`] | `<Icon icon=Icon::Inbox/>` (`class="size-5"`; 16 px by default) |
//!
//! In `crate::shell`: `<PageHead title="Agents" subtitle="…" back=("Agents", "/agents") badges=… actions=move || view! { … }/>` starts every
//! page and sets the window's title; `<PageFull>…</PageFull>` for pages that fill the window (inbox, flow editor) and scroll inside themselves,
//! other pages need no wrapper; `page_shortcuts(&[("T", "Take over")])`; `Frame`; `THEME_SCRIPT`. Class `h-page` is the height below the top bar.

pub mod browser;
pub mod gallery;

mod avatar;
mod back;
mod badge;
mod bits;
mod button;
mod chart;
pub(crate) mod dialog;
mod field;
mod icon;
mod input;
mod loaded;
mod menu;
mod pager;
mod select;
mod state;
mod table;
mod tabs;
mod textarea;
mod toast;
mod toggle;
mod when;

pub use avatar::Avatar;
pub use back::{ask_before_back, go_back, guard_leaving, guard_links, leave_opened, listen_for_back};
pub use badge::{Badge, ChannelIcon, StatusBadge, Tone, status_look};
pub use bits::{Banner, Card, CopyButton, Fact, Facts, Kbd, Money};
pub use button::{Button, IconButton, LinkButton, Spinner, Variant};
pub use chart::{Bar, BarList, Columns, Funnel, Progress, Sparkline, Stat};
pub use dialog::{ConfirmDialog, Dialog, Drawer};
pub use field::{Field, FieldContext};
pub use icon::Icon;
pub use input::{SearchBox, TextInput};
pub use loaded::Loaded;
pub use menu::{Menu, MenuItem, MenuLine, MenuLink};
pub use pager::Pager;
pub use select::{Choice, Select};
pub use state::{Empty, ErrorCard, FormError, Skeleton, SkeletonBox};
pub use table::{Column, RowLink, Sorted, Table, Td, Tr};
pub use tabs::{Segmented, Tab, TabButtons, TabLinks};
pub use textarea::TextArea;
pub use toast::{ToastHost, Toasts, provide_toasts, use_toasts};
pub use toggle::{Checkbox, Switch};
pub use when::{When, provide_tick};

/// How big a part is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Size {
    /// In rows and heads.
    Small,
    /// Everywhere.
    #[default]
    Medium,
    /// Alone on a page.
    Large,
}
