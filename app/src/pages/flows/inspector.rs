//! The inspector: everything about the selected step, and where its exits lead, so that nothing needs a mouse. On the right; on
//! phones a sheet from below.

use domain::flow::edit::FlowEdit;
use domain::flow::graph::Exit;
use domain::flow::{NodeId, NodeKind};
use domain::message::Channel;
use leptos::prelude::*;

use super::fields::{AgentField, BranchField, TemplateField, WaitField, WebhookField};
use super::kinds;
use super::outline::AddStep;
use super::state::{Place, Selected, use_editor};
use crate::ui::{Button, Choice, Field, Icon, IconButton, Kbd, Select, Size, TextInput, Tone, Variant};

const PANEL: &str = "z-20 flex flex-col overflow-y-auto border-line bg-surface \
    max-md:fixed max-md:inset-x-0 max-md:bottom-14 max-md:max-h-[62dvh] max-md:rounded-t-xl max-md:border-t max-md:shadow-pop max-md:animate-rise \
    md:w-80 md:shrink-0 md:border-l";

/// The inspector.
#[component]
pub fn Inspector() -> impl IntoView {
    let editor = use_editor();
    let shown = Memo::new(move |_| editor.selection.get());
    view! {
        {move || match shown.get() {
            Selected::Node(id) => view! { <Step id=id/> }.into_any(),
            Selected::Edge(from, port) => view! { <Way from=from port=port/> }.into_any(),
            Selected::Nothing => view! { <Nothing/> }.into_any(),
        }}
    }
}

/// What one can do while nothing is selected.
#[component]
fn Nothing() -> impl IntoView {
    let line = |keys: &'static str, what: &'static str| {
        view! { <li class="flex items-center justify-between gap-3 text-xs text-ink-2">{what}<Kbd>{keys}</Kbd></li> }
    };
    view! {
        <aside aria-label="Step" class="hidden w-80 shrink-0 overflow-y-auto border-l border-line bg-surface p-5 xl:block">
            <p class="text-sm font-medium">"No step selected"</p>
            <p class="mt-1 text-xs text-ink-3">"Select a step to set it. Drag from a circle below a step to connect it; let go on the canvas to add the next one."</p>
            <ul class="mt-5 space-y-2">
                {line("←↑↓→", "Move between steps")}
                {line("N", "Add a step after")}
                {line("Enter", "Edit the step")}
                {line("Del", "Remove")}
                {line("Ctrl Z", "Undo")}
                {line("Ctrl S", "Save")}
                {line("1", "Fit to view")}
                {line("0", "Reset zoom")}
            </ul>
        </aside>
    }
}

fn exit_name(exit: &Exit) -> String {
    if exit.label.is_empty() { "Then".into() } else { format!("If “{}”", exit.label) }
}

/// The selected step.
#[component]
fn Step(id: NodeId) -> impl IntoView {
    let editor = use_editor();
    let node = editor.node(id.clone());
    let locked = !editor.may_write;
    let head = {
        move || {
            node.get().map(|n| {
                view! {
                    <span class=format!("flex size-8 shrink-0 items-center justify-center rounded-md {}", kinds::tint(&n.kind))>
                        <Icon icon=kinds::icon(&n.kind)/>
                    </span>
                    <h2 class="min-w-0 flex-1 truncate text-sm font-semibold">{n.kind.label()}</h2>
                }
            })
        }
    };
    let title = move || node.with(|n| n.as_ref().map(|n| n.title.clone()).unwrap_or_default());
    let own_name = move || node.with(|n| n.as_ref().map(|n| n.kind.label().to_owned()));
    let rename = {
        let id = id.clone();
        move |title: String| {
            editor.edit(&FlowEdit::Rename { id: id.clone(), title });
        }
    };
    let is_start = Memo::new(move |_| node.with(|n| n.as_ref().is_some_and(|n| n.kind == NodeKind::Start)));
    let remove = {
        let id = id.clone();
        move |_| editor.remove_node(&id)
    };
    view! {
        <aside aria-label="Step" class=PANEL>
            <header class="sticky top-0 z-1 flex items-center gap-2.5 border-b border-line bg-surface px-4 py-3">
                {head}
                <IconButton icon=Icon::X label="Close the step" size=Size::Small on_click=move |_| editor.selection.set(Selected::Nothing)/>
            </header>
            <div class="space-y-5 p-4">
                <Field id="flow-title" label="Title" optional=true>
                    <TextInput value=title placeholder=own_name on_input=rename disabled=locked/>
                </Field>
                <KindFields id=id.clone()/>
                <Exits id=id.clone()/>
                <Troubles id=id/>
                {move || (!is_start.get() && !locked).then(|| {
                    let remove = remove.clone();
                    view! {
                        <div class="border-t border-line pt-4">
                            <Button variant=Variant::Ghost size=Size::Small icon=Icon::Trash on_click=remove>"Delete step"</Button>
                        </div>
                    }
                })}
            </div>
        </aside>
    }
}

/// The fields of the step's kind; made anew only when the kind changes.
#[component]
fn KindFields(id: NodeId) -> impl IntoView {
    let editor = use_editor();
    let node = editor.node(id.clone());
    let kind = Memo::new(move |_| {
        node.with(|n| {
            n.as_ref().map(|n| match n.kind {
                NodeKind::Send { channel, .. } => (n.kind.word(), Some(channel)),
                _ => (n.kind.word(), None::<Channel>),
            })
        })
    });
    move || {
        use domain::flow::graph::KindWord as K;
        let id = id.clone();
        match kind.get() {
            Some((K::Send, Some(channel))) => view! { <TemplateField id=id channel=channel/> }.into_any(),
            Some((K::WaitReply, _)) => view! { <WaitField id=id for_reply=true/> }.into_any(),
            Some((K::Delay, _)) => view! { <WaitField id=id for_reply=false/> }.into_any(),
            Some((K::Branch, _)) => view! { <BranchField id=id/> }.into_any(),
            Some((K::Agent, _)) => view! { <AgentField id=id/> }.into_any(),
            Some((K::Webhook, _)) => view! { <WebhookField id=id/> }.into_any(),
            Some((K::Start, _)) => {
                view! { <p class="text-sm text-ink-3">"Every lead of the campaign begins here."</p> }.into_any()
            }
            Some((K::End, _)) => {
                view! { <p class="text-sm text-ink-3">"Nothing more happens to a lead that comes here."</p> }.into_any()
            }
            Some((K::Send, None)) | None => ().into_any(),
        }
    }
}

/// Where each exit leads.
#[component]
fn Exits(id: NodeId) -> impl IntoView {
    let editor = use_editor();
    let node = editor.node(id.clone());
    let exits = Memo::new(move |_| node.with(|n| n.as_ref().map(|n| n.kind.exits()).unwrap_or_default()));
    let rows = move || exits.get().into_iter().map(|e| (e.port.clone(), exit_name(&e), e.required)).collect::<Vec<_>>();
    let is_empty = Memo::new(move |_| exits.with(Vec::is_empty));
    view! {
        <fieldset class="space-y-3" class:hidden=move || is_empty.get()>
            <legend class="mb-2 text-sm font-medium text-ink">"Goes to"</legend>
            <For each=rows key=Clone::clone let:row>
                <ExitRow id=id.clone() port=row.0 name=row.1 required=row.2/>
            </For>
        </fieldset>
    }
}

/// One exit: where it leads, and a step to put there.
#[component]
fn ExitRow(id: NodeId, port: String, name: String, required: bool) -> impl IntoView {
    let editor = use_editor();
    let target = {
        let (id, port) = (id.clone(), port.clone());
        Memo::new(move |_| editor.doc.with(|d| d.now().target(&id, &port).map(|n| n.id.clone())).unwrap_or_default())
    };
    let options = {
        let id = id.clone();
        Memo::new(move |_| {
            editor.doc.with(|d| {
                let others = d.now().nodes.iter().filter(|n| n.id != id && n.kind != NodeKind::Start);
                others.map(|n| Choice::new(n.id.clone(), format!("{} ({})", kinds::title(n), n.id))).collect::<Vec<_>>()
            })
        })
    };
    let nowhere = if required { "Nowhere yet" } else { "Nowhere: the run ends" };
    let element = format!("flow-exit-{}", port.replace(':', "-"));
    let place = Place::Behind(id.clone(), port.clone());
    let connect = move |to: String| {
        if to.is_empty() {
            editor.edit(&FlowEdit::Disconnect { from: id.clone(), port: port.clone() });
        } else {
            editor.edit(&FlowEdit::Connect { from: id.clone(), port: port.clone(), to });
        }
    };
    view! {
        <div class="space-y-1.5">
            <label for=element.clone() class="block text-xs text-ink-2">{name.clone()}</label>
            <Select id=element value=target options=options placeholder=nowhere on_change=connect disabled=!editor.may_write/>
            {editor.may_write.then(|| view! { <AddStep place=place label=format!("{name}: add a step")/> })}
        </div>
    }
}

/// What is wrong with the step.
#[component]
fn Troubles(id: NodeId) -> impl IntoView {
    let editor = use_editor();
    let list = Memo::new(move |_| {
        editor.problems.with(|all| all.iter().filter(|p| p.node.as_ref() == Some(&id)).cloned().collect::<Vec<_>>())
    });
    view! {
        <ul class="space-y-1.5" aria-live="polite" aria-label="Problems of this step">
            {move || list.get().into_iter().map(|p| {
                let (tone, icon) = if p.blocking { (Tone::Bad, Icon::Alert) } else { (Tone::Warn, Icon::Info) };
                view! {
                    <li class=format!("flex items-start gap-2 rounded-md px-2.5 py-2 text-xs {}", tone.soft())>
                        <Icon icon=icon class="mt-0.5 size-3.5"/>
                        <span>{p.message}</span>
                    </li>
                }
            }).collect_view()}
        </ul>
    }
}

/// The selected way.
#[component]
fn Way(from: NodeId, port: String) -> impl IntoView {
    let editor = use_editor();
    let words = {
        let (from, port) = (from.clone(), port.clone());
        Memo::new(move |_| {
            editor.doc.with(|d| {
                let (a, b) = (d.now().node(&from)?, d.now().target(&from, &port)?);
                Some((kinds::title(a), kinds::title(b)))
            })
        })
    };
    let place = Place::Behind(from.clone(), port.clone());
    view! {
        <aside aria-label="Connection" class=PANEL>
            <header class="flex items-center gap-2.5 border-b border-line px-4 py-3">
                <h2 class="min-w-0 flex-1 truncate text-sm font-semibold">"Connection"</h2>
                <IconButton icon=Icon::X label="Close the connection" size=Size::Small on_click=move |_| editor.selection.set(Selected::Nothing)/>
            </header>
            <div class="space-y-4 p-4">
                <p class="text-sm text-ink-2">
                    {move || words.get().map(|(a, b)| format!("From “{a}” to “{b}”."))}
                </p>
                {editor.may_write.then(|| view! {
                    <AddStep place=place label="Insert a step here"/>
                    <div class="border-t border-line pt-4">
                        <Button variant=Variant::Ghost size=Size::Small icon=Icon::Trash on_click=move |_| editor.remove_edge(&from, &port)>
                            "Delete connection"
                        </Button>
                    </div>
                })}
            </div>
        </aside>
    }
}
