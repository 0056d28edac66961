//! A page with every part in its states, at `/ui`: an aid for looking at the design. Nothing links to it.

use chrono::{DateTime, Utc};
use domain::message::Channel;
use domain::money::Micros;
use domain::problem::Problems;
use leptos::prelude::*;

use super::*;
use crate::error::AppError;
use crate::shell::PageHead;

/// The gallery.
#[component]
pub fn GalleryPage() -> impl IntoView {
    view! {
        <PageHead
            title="Parts"
            subtitle="Every part of the design in its states."
            badges=|| view! { <Badge tone=Tone::Accent icon=Icon::Sparkles>"Development aid"</Badge> }
            actions=|| view! {
                <Button icon=Icon::Download>"Export"</Button>
                <Button variant=Variant::Primary icon=Icon::Plus>"New agent"</Button>
            }
        />
        <div class="grid gap-5 lg:grid-cols-2">
            <Buttons/>
            <Inputs/>
            <Windows/>
            <Marks/>
            <div class="lg:col-span-2"><Lists/></div>
            <div class="lg:col-span-2"><Numbers/></div>
            <States/>
            <Icons/>
        </div>
    }
}

#[component]
fn Buttons() -> impl IntoView {
    let busy = RwSignal::new(false);
    let pressed = RwSignal::new(true);
    view! {
        <Card title="Buttons">
            <div class="space-y-3">
                <div class="flex flex-wrap gap-2">
                    <Button variant=Variant::Primary icon=Icon::Send>"Primary"</Button>
                    <Button icon=Icon::Copy>"Secondary"</Button>
                    <Button variant=Variant::Ghost>"Ghost"</Button>
                    <Button variant=Variant::Danger icon=Icon::Trash>"Danger"</Button>
                    <Button disabled=true>"Disabled"</Button>
                </div>
                <div class="flex flex-wrap items-center gap-2">
                    <Button size=Size::Small>"Small"</Button>
                    <Button size=Size::Large variant=Variant::Primary>"Large"</Button>
                    <Button busy=busy on_click=move |_| busy.set(true)>"Press: busy"</Button>
                    <Button busy=true variant=Variant::Primary>"Saving"</Button>
                    <LinkButton href="/ui" icon=Icon::External>"Link"</LinkButton>
                </div>
                <div class="flex flex-wrap items-center gap-2">
                    <IconButton icon=Icon::Undo label="Undo"/>
                    <IconButton icon=Icon::Redo label="Redo" disabled=true/>
                    <IconButton icon=Icon::Hand label="Move" pressed=pressed on_click=move |_| pressed.update(|p| *p = !*p)/>
                    <IconButton icon=Icon::Plus label="Add" variant=Variant::Secondary/>
                    <Menu id="gallery-menu" label="More actions">
                        <MenuItem icon=Icon::Copy>"Duplicate"</MenuItem>
                        <MenuLink icon=Icon::External href="/ui">"Open"</MenuLink>
                        <MenuLine/>
                        <MenuItem icon=Icon::Trash danger=true>"Delete"</MenuItem>
                    </Menu>
                    <Menu id="gallery-menu-words" label="Sort" text="Sort">
                        <MenuItem>"Name"</MenuItem>
                        <MenuItem>"Cost"</MenuItem>
                    </Menu>
                    <CopyButton text="agt_123" label="Copy the id"/>
                    <span class="flex gap-1"><Kbd>"Ctrl"</Kbd><Kbd>"K"</Kbd></span>
                </div>
            </div>
        </Card>
    }
}

#[component]
fn Inputs() -> impl IntoView {
    let name = RwSignal::new("Mia".to_owned());
    let prompt = RwSignal::new("You are Mia.\n</textarea><script>alert(1)</script>".to_owned());
    let model = RwSignal::new("b".to_owned());
    let on = RwSignal::new(true);
    let problem = move || name.with(|n| n.trim().is_empty()).then(|| "Give it a name.".to_owned());
    view! {
        <Card title="Inputs">
            <div class="space-y-4">
                <Field id="g-name" label="Name" hint="Empty it to see a problem." problem=problem><TextInput bind=name/></Field>
                <Field id="g-mail" label="E-mail" optional=true problem="Must contain an @.">
                    <TextInput kind="email" value="mia.example.com" icon=Icon::User/>
                </Field>
                <Field id="g-prompt" label="Prompt"><TextArea bind=prompt rows=3 max_chars=160 mono=true/></Field>
                <Field id="g-model" label="Model">
                    <Select bind=model options=vec![Choice::new("a", "Small"), Choice::new("b", "Large"), Choice::new("c", "No key set").disabled(true)]/>
                </Field>
                <SearchBox label="Search leads"/>
                <div class="flex flex-wrap gap-6">
                    <Checkbox bind=on label="Ask before sending" hint="A person approves each message."/>
                    <Switch bind=on label="Co-pilot"/>
                    <Switch checked=false disabled=true label="Locked"/>
                </div>
            </div>
        </Card>
    }
}

#[component]
fn Windows() -> impl IntoView {
    let toasts = use_toasts();
    let (dialog, confirm, drawer) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    view! {
        <Card title="Windows and news" subtitle="Esc closes, the keyboard returns to the button.">
            <div class="flex flex-wrap gap-2">
                <Button on_click=move |_| dialog.set(true)>"Dialog"</Button>
                <Button on_click=move |_| confirm.set(true)>"Confirm"</Button>
                <Button on_click=move |_| drawer.set(true)>"Drawer"</Button>
                <Button on_click=move |_| toasts.success("Saved.")>"Success"</Button>
                <Button on_click=move |_| toasts.error("The provider refused the number. Check it and try again.")>"Error"</Button>
                <Button on_click=move |_| toasts.undo("Step removed.", move || toasts.info("It is back."))>"Undo"</Button>
            </div>
            <Dialog open=dialog title="Import leads" footer=move || view! {
                <Button on_click=move |_| dialog.set(false)>"Cancel"</Button>
                <Button variant=Variant::Primary on_click=move |_| toasts.success("Imported.")>"Import"</Button>
            }>
                <Field id="g-dialog" label="Name of the list"><TextInput placeholder="Open house, May"/></Field>
            </Dialog>
            <ConfirmDialog open=confirm title="Delete this agent?" confirm="Delete" danger=true on_confirm=move |()| toasts.success("Deleted.")>
                "Three campaigns use it. They stop."
            </ConfirmDialog>
            <Drawer open=drawer title="Step: wait for a reply" footer=move || view! { <Button on_click=move |_| drawer.set(false)>"Done"</Button> }>
                <Field id="g-drawer" label="Hours"><TextInput kind="number" value="24"/></Field>
            </Drawer>
            <div class="mt-4 space-y-2">
                <Banner title="Emulator">"No real messages leave this machine."</Banner>
                <Banner tone=Tone::Warn title="Paused">"Nobody is messaged."</Banner>
                <Banner tone=Tone::Bad>"This person opted out. Sending is blocked."</Banner>
                <Banner tone=Tone::Good>"Every check passed."</Banner>
            </div>
        </Card>
    }
}

#[component]
fn Marks() -> impl IntoView {
    let at = DateTime::<Utc>::from_timestamp(1_763_721_600, 0).unwrap_or_default();
    let words = [
        "queued",
        "held",
        "blocked",
        "sending",
        "in_doubt",
        "accepted",
        "sent",
        "delivered",
        "read",
        "failed",
        "received",
        "draft",
        "live",
        "active",
        "paused",
        "completed",
        "submitted",
        "approved",
        "rejected",
        "waiting_reply",
        "opted_out",
        "ai",
        "human",
        "hot",
        "warm",
        "cool",
        "cold",
        "dead",
    ];
    view! {
        <Card title="Marks">
            <div class="space-y-4">
                <div class="flex flex-wrap gap-1.5">{words.into_iter().map(|w| view! { <StatusBadge status=w/> }).collect_view()}</div>
                <div class="flex flex-wrap items-center gap-4">
                    {Channel::ALL.iter().map(|c| view! { <ChannelIcon channel=*c named=true/> }).collect_view()}
                </div>
                <div class="flex flex-wrap items-center gap-2">
                    {["Mia Long", "Ana Cruz", "Bo Kim", "Zoe", "Omar Haddad", "Li Wei"].map(|n| view! { <Avatar name=n/> }).into_iter().collect_view()}
                    <Avatar name="Reply agent" bot=true/>
                    <Avatar name="Large" size=Size::Large/>
                    <Avatar name="Small" size=Size::Small/>
                </div>
                <Facts>
                    <Fact label="Moment"><When at=at/></Fact>
                    <Fact label="Near"><When at=at relative=true/></Fact>
                    <Fact label="In New York"><When at=at zone="America/New_York"/></Fact>
                    <Fact label="Cost"><Money amount=Micros(4_200)/></Fact>
                </Facts>
            </div>
        </Card>
    }
}

#[component]
fn Lists() -> impl IntoView {
    let tab = RwSignal::new("people".to_owned());
    let filter = RwSignal::new("all".to_owned());
    let rows = [("Reply agent", "live", 214, 1_230_000i64), ("Open house", "draft", 0, 0), ("Reminders", "paused", 31, 84_000)]
        .into_iter()
        .enumerate()
        .map(|(n, (name, status, count, cost))| {
            view! {
                <Tr selected=n == 2>
                    <Td label="Name">
                        <span class="flex items-center gap-2.5"><Avatar name=name bot=true size=Size::Small/><RowLink href="/ui">{name}</RowLink></span>
                    </Td>
                    <Td label="Status"><StatusBadge status=status/></Td>
                    <Td label="Messages" number=true>{count}</Td>
                    <Td label="Cost" number=true wide_only=true><Money amount=Micros(cost)/></Td>
                    <Td number=true on_top=true>
                        <Menu id=format!("row-{n}") label="More actions" size=Size::Small>
                            <MenuItem icon=Icon::Pause>"Pause"</MenuItem>
                        </Menu>
                    </Td>
                </Tr>
            }
        })
        .collect_view();
    let columns = vec![
        Column::new("Name").sort("/ui?sort=name", Some(Sorted::Up)),
        Column::new("Status"),
        Column::new("Messages").number(),
        Column::new("Cost").number().wide_only(),
        Column::actions(),
    ];
    view! {
        <Card title="Agents" flush=true actions=move || view! {
            <Segmented label="Filter" selected=filter items=vec![Tab::new("all", "All"), Tab::new("live", "Live").count(1)]/>
        }>
            <div class="px-4 pt-2">
                <TabButtons label="Section" selected=tab items=vec![Tab::new("people", "People").count(12), Tab::new("flow", "Flow"), Tab::new("history", "History")]/>
            </div>
            <Table label="Agents" columns=columns cards=true>{rows}</Table>
            <Pager page=2 total_pages=9 total=214 noun="agents" href=move |n: i64| format!("/ui?page={n}")/>
        </Card>
    }
}

#[component]
fn Numbers() -> impl IntoView {
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].into_iter().zip([12i64, 31, 22, 0, 44, 9, 27]);
    view! {
        <div class="grid grid-cols-2 gap-3 lg:grid-cols-4">
            <Stat label="Conversations" value="214" hint="last 7 days" icon=Icon::Message trend=vec![3, 5, 4, 8, 7, 11]/>
            <Stat label="Reply rate" value="14.2 %" hint="+2.1 against last week" tone=Tone::Good href="/ui"/>
            <Stat label="Latency p95" value="3.4 s" hint="over the line of 3 s" tone=Tone::Bad icon=Icon::Clock/>
            <Stat label="Cost" value="$12.80"/>
        </div>
        <div class="mt-5 grid gap-5 lg:grid-cols-3">
            <Card title="Messages per day"><Columns label="Messages per day" bars=days.map(|(d, n)| Bar::new(d, n)).collect()/></Card>
            <Card title="Why not sent">
                <BarList label="Why not sent" bars=vec![
                    Bar::new("Quiet hours", 41).href("/ui").tone(Tone::Warn), Bar::new("Opted out", 12).tone(Tone::Bad), Bar::new("Template not approved", 3),
                ]/>
            </Card>
            <Card title="Funnel">
                <Funnel label="Campaign" bars=vec![Bar::new("Reached", 120), Bar::new("Delivered", 112), Bar::new("Replied", 31), Bar::new("Accepted", 9)]/>
                <div class="mt-5"><Progress done=31 of=120 label="Leads finished"/></div>
            </Card>
        </div>
    }
}

#[component]
fn States() -> impl IntoView {
    let refused = AppError::Invalid { problems: Problems::one("name", "Give it a name.") };
    view! {
        <div class="space-y-5">
            <Card flush=true>
                <Empty icon=Icon::Bot title="No agents yet" text="An agent answers people for you, in your words and within your rules.">
                    <Button variant=Variant::Primary icon=Icon::Plus>"New agent"</Button>
                    <Button>"Use a sample"</Button>
                </Empty>
            </Card>
            <Card flush=true><Skeleton rows=3/></Card>
            <Card flush=true><ErrorCard error=AppError::Internal { reference: "0a1b2c3d".to_owned() } on_retry=|_| ()/></Card>
            <Card flush=true><ErrorCard error=AppError::Forbidden { message: "Your role may only read.".to_owned() }/></Card>
            <FormError error=Some(refused)/>
        </div>
    }
}

#[component]
fn Icons() -> impl IntoView {
    let icons = Icon::ALL.iter().map(|icon| {
        view! {
            <li class="flex items-center gap-2 truncate text-2xs text-ink-3">
                <span class="text-ink"><Icon icon=*icon class="size-5"/></span>
                {format!("{icon:?}")}
            </li>
        }
    });
    view! { <Card title="Icons"><ul class="grid grid-cols-3 gap-3 sm:grid-cols-4">{icons.collect_view()}</ul></Card> }
}
