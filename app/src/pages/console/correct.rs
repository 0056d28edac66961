//! "Mark wrong": what was wrong with an answer and what it should have been becomes a test that this answer does not pass, so that a
//! change of the agent can be held against it.

use domain::id::AgentId;
use domain::problem::Problems;
use domain::suite::{Correction, TestDraft};
use domain::turn::Line;
use leptos::prelude::*;

use super::api::save_test;
use super::lane::Lane;
use crate::error::AppError;
use crate::ui::{Button, Choice, Dialog, Field, FormError, Icon, Select, TextArea, TextInput, Variant, use_toasts};

/// The fields of the window; a problem of any other is told above its buttons.
const FIELDS: [&str; 5] = ["name", "wrong", "should", "must", "never"];

/// An answer that is being corrected.
#[derive(Clone, PartialEq)]
pub struct Correcting {
    /// The answer.
    pub line: Line,
    /// What led to it: name, channel, lead, history, and what the lead said.
    pub scene: TestDraft,
    /// On which side it was given.
    pub lane: Lane,
    /// Its place there.
    pub at: usize,
}

/// What is typed.
#[derive(Clone, Copy)]
struct Typed {
    name: RwSignal<String>,
    wrong: RwSignal<String>,
    who: RwSignal<String>,
    should: RwSignal<String>,
    must: RwSignal<String>,
    never: RwSignal<String>,
}

impl Typed {
    fn new() -> Self {
        let empty = || RwSignal::new(String::new());
        Self { name: empty(), wrong: empty(), who: empty(), should: empty(), must: empty(), never: empty() }
    }

    fn begin(self, correcting: &Correcting) {
        let first = Correction::of(&correcting.line);
        self.name.set(correcting.scene.name.clone());
        self.who.set("agent".to_owned());
        self.wrong.set(first.wrong);
        self.should.set(first.should);
        self.must.set(first.must);
        self.never.set(first.never);
    }

    fn read(self) -> Correction {
        Correction {
            wrong: self.wrong.get(),
            to_human: self.who.with(|who| who == "human"),
            should: self.should.get(),
            must: self.must.get(),
            never: self.never.get(),
        }
    }
}

/// The window; open while an answer is being corrected.
#[component]
pub fn CorrectionDialog(
    /// The agent.
    agent: AgentId,
    /// The answer; none closes the window.
    correcting: RwSignal<Option<Correcting>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let typed = Typed::new();
    let (problems, error) = (RwSignal::new(Problems::none()), RwSignal::new(None::<AppError>));
    // The browser's dialog opens by a call, and what is typed begins anew with each answer.
    Effect::new(move |_| {
        let now = correcting.get();
        if let Some(now) = &now {
            typed.begin(now);
            problems.set(Problems::none());
            error.set(None);
        }
        open.set(now.is_some());
    });
    let toasts = use_toasts();
    let save = Action::new(move |()| {
        let found = correcting.get_untracked();
        async move {
            let Some(Correcting { line, scene, lane, at }) = found else { return };
            let correction = untrack(|| typed.read());
            let draft = correction.test(TestDraft { name: typed.name.get_untracked(), ..scene });
            let mut wrong = correction.check(&line);
            wrong.0.extend(draft.check().0.into_iter().filter(|p| p.field == "name"));
            error.set(None);
            problems.set(wrong.clone());
            if !wrong.0.is_empty() {
                return;
            }
            match save_test(agent, None, draft).await {
                Ok(_) => {
                    lane.wrong.try_update(|all| all.push(at));
                    correcting.try_set(None);
                    toasts.success("Saved as a test of the suite. It is green once an answer is right.");
                }
                Err(AppError::Invalid { problems: wrong }) => {
                    if wrong.0.iter().any(|p| !FIELDS.contains(&p.field.as_str())) {
                        error.try_set(Some(AppError::Invalid { problems: wrong.clone() }));
                    }
                    problems.try_set(wrong);
                }
                Err(e) => _ = error.try_set(Some(e)),
            }
        }
    });
    let of = move |field: &'static str| move || problems.with(|p| p.of(field).map(str::to_owned));
    view! {
        <Dialog
            open=open title="Mark wrong" wide=true
            on_close=move |()| correcting.set(None)
            footer=move || view! {
                <Button on_click=move |_| correcting.set(None)>"Cancel"</Button>
                <Button variant=Variant::Primary busy=save.pending() on_click=move |_| { save.dispatch(()); }>"Save the correction"</Button>
            }
        >
            <div class="flex flex-col gap-4">
                {move || correcting.with(|c| c.as_ref().map(said))}
                <Field id="wrong-note" label="What is wrong with it" hint="Stands beside the test as its note." problem=of("wrong")>
                    <TextArea bind=typed.wrong rows=2 on_submit=move |()| { save.dispatch(()); }/>
                </Field>
                <Field
                    id="wrong-should" label="What it should have said" optional=true problem=of("should")
                    hint="A model judges whether a new answer says this in substance. It costs one call more."
                >
                    <TextArea bind=typed.should rows=2 on_submit=move |()| { save.dispatch(()); }/>
                </Field>
                <div class="grid gap-4 sm:grid-cols-2">
                    <Field id="wrong-never" label="Words that must not come again" optional=true problem=of("never")>
                        <TextArea bind=typed.never rows=2/>
                    </Field>
                    <Field id="wrong-must" label="Words that must be in it" optional=true problem=of("must")>
                        <TextArea bind=typed.must rows=2/>
                    </Field>
                    <Field id="wrong-who" label="Who should answer"><Select bind=typed.who options=answerers()/></Field>
                    <Field id="wrong-name" label="Test name" problem=of("name")><TextInput bind=typed.name autocomplete="off"/></Field>
                </div>
                <section aria-label="What the test checks" class="rounded-md border border-line bg-surface-2 px-3 py-2.5">
                    <h3 class="mb-1 text-xs font-medium text-ink-3">"What the test checks"</h3>
                    <ul class="flex flex-col gap-1 text-sm text-ink">{move || checks(&typed.read())}</ul>
                </section>
                <FormError error=move || error.get()/>
            </div>
        </Dialog>
    }
}

/// Who can answer.
fn answerers() -> Vec<Choice> {
    vec![Choice::new("agent", "The agent, by itself"), Choice::new("human", "A human")]
}

/// The answer and what it answered.
fn said(correcting: &Correcting) -> impl IntoView + use<> {
    let (input, text) = (correcting.scene.input.clone(), correcting.line.text.clone());
    view! {
        <div class="flex flex-col gap-1.5">
            <p class="line-clamp-3 whitespace-pre-wrap break-words text-xs text-ink-3">{format!("The lead said: “{input}”")}</p>
            <blockquote class="max-h-40 overflow-y-auto whitespace-pre-wrap break-words rounded-md border-l-2 border-bad-line bg-surface-2 px-3 py-2 text-sm text-ink-2">
                {text}
            </blockquote>
        </div>
    }
}

/// What will have to hold, in sentences.
fn checks(correction: &Correction) -> impl IntoView + use<> {
    let judged = correction.judge().map(|wanted| format!("A judge finds: {wanted}"));
    let all = correction.assertions().iter().map(domain::suite::Assertion::expected).chain(judged).collect::<Vec<_>>();
    all.into_iter()
        .map(|words| {
            view! {
                <li class="flex items-start gap-2">
                    <Icon icon=Icon::Check class="mt-0.5 size-3.5 text-ink-3"/>
                    <span class="min-w-0 break-words">{words}</span>
                </li>
            }
        })
        .collect_view()
}
