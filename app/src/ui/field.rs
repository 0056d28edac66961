//! The frame around one input: its name, a hint, what is wrong with it. The input inside picks up id and aria attributes by itself.

use leptos::context::Provider;
use leptos::prelude::*;

use super::{Icon, browser};

/// What a [`Field`] tells the input inside it.
#[derive(Debug, Clone)]
pub struct FieldContext {
    /// The input's id, which the label names.
    pub id: String,
    /// Whether something is wrong.
    pub invalid: Signal<bool>,
    /// The ids of the texts that describe the input.
    pub described_by: Signal<Option<String>>,
}

/// The id and aria attributes of an input: its own id, or those of the field around it.
#[derive(Clone)]
pub(super) struct Wiring {
    pub id: Option<String>,
    invalid: Option<Signal<bool>>,
    described_by: Option<Signal<Option<String>>>,
}

impl Wiring {
    /// `own` wins over the field's.
    pub fn new(own: Option<String>) -> Self {
        match use_context::<FieldContext>() {
            Some(field) => Self {
                id: own.or(Some(field.id)),
                invalid: Some(field.invalid),
                described_by: Some(field.described_by),
            },
            None => Self { id: own, invalid: None, described_by: None },
        }
    }

    pub fn invalid(&self) -> impl Fn() -> Option<&'static str> + Send + Sync + use<> {
        let invalid = self.invalid;
        move || invalid.is_some_and(|i| i.get()).then_some("true")
    }

    pub fn described_by(&self) -> impl Fn() -> Option<String> + Send + Sync + use<> {
        let described_by = self.described_by;
        move || described_by.and_then(|d| d.get())
    }
}

/// Label, input, hint and problem, tied together.
#[component]
pub fn Field(
    /// The input's id; unique in the page.
    #[prop(into)]
    id: String,
    /// The input's name for people.
    #[prop(into)]
    label: Signal<String>,
    /// What to write, before anything is wrong.
    #[prop(optional, into)]
    hint: Signal<Option<String>>,
    /// What is wrong and what to do.
    #[prop(optional, into)]
    problem: Signal<Option<String>>,
    /// Says that it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// The input.
    children: Children,
) -> impl IntoView {
    let (hint_id, problem_id) = (format!("{id}-hint"), format!("{id}-problem"));
    let described_by = {
        let (hint_id, problem_id) = (hint_id.clone(), problem_id.clone());
        Signal::derive(move || match (hint.with(Option::is_some), problem.with(Option::is_some)) {
            (_, true) => Some(problem_id.clone()),
            (true, false) => Some(hint_id.clone()),
            (false, false) => None,
        })
    };
    let context =
        FieldContext { id: id.clone(), invalid: Signal::derive(move || problem.with(Option::is_some)), described_by };
    // A refused save is told where the eyes are: at the first field that it is about.
    let first = id.clone();
    Effect::new(move |had: Option<bool>| {
        let has = problem.with(Option::is_some);
        match had {
            None => browser::begin_in(&first),
            Some(false) if has => browser::show_problem(),
            Some(_) => {}
        }
        has
    });
    view! {
        <div class="flex min-w-0 flex-col gap-1.5">
            <label for=id class="flex items-baseline justify-between gap-2 text-sm font-medium text-ink">
                {move || label.get()}
                {optional.then(|| view! { <span class="text-xs font-normal text-ink-3">"optional"</span> })}
            </label>
            <Provider value=context>{children()}</Provider>
            <div class="contents" aria-live="polite">
                {move || match (problem.get(), hint.get()) {
                    (Some(text), _) => view! {
                        <p id=problem_id.clone() class="flex items-start gap-1 text-xs text-bad">
                            <Icon icon=Icon::Alert class="mt-0.5 size-3.5"/>
                            <span>{text}</span>
                        </p>
                    }.into_any(),
                    (None, Some(text)) => view! { <p id=hint_id.clone() class="text-xs text-ink-3">{text}</p> }.into_any(),
                    (None, None) => ().into_any(),
                }}
            </div>
        </div>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::ui::TextInput;

    #[test]
    fn the_input_is_named_and_described_by_its_field() {
        let html = Owner::new().with(|| {
            view! { <Field id="name" label="Name" problem="Give it a name."><TextInput value="x"/></Field> }
                .into_any()
                .to_html()
        });
        assert!(html.contains(r#"for="name""#), "{html}");
        assert!(html.contains(r#"id="name""#), "{html}");
        assert!(html.contains(r#"aria-describedby="name-problem""#), "{html}");
        assert!(html.contains(r#"aria-invalid="true""#), "{html}");
        assert!(html.contains(r#"id="name-problem""#), "{html}");
    }

    #[test]
    fn a_hint_describes_until_something_is_wrong() {
        let html = Owner::new().with(|| {
            view! { <Field id="age" label="Age" hint="In years."><TextInput value=""/></Field> }.into_any().to_html()
        });
        assert!(html.contains(r#"aria-describedby="age-hint""#), "{html}");
        assert!(!html.contains("aria-invalid=\""), "{html}");
    }
}
