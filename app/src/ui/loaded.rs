//! The wait for a resource: its value, or why there is none. And what keeps a shown value untouched while nothing about it has changed.
//!
//! Not here: what stands there meanwhile or instead (`state.rs`).

use leptos::children::ViewFn;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

use super::{ErrorCard, Skeleton};
use crate::error::AppError;

/// Waits for a resource and shows its value, or why there is none. One per region of a page; asking again keeps what is shown.
#[component]
pub fn Loaded<T, F, V>(
    /// What to wait for.
    resource: Resource<Result<T, AppError>>,
    /// What stands there meanwhile, in the final layout.
    #[prop(optional, into)]
    skeleton: Option<ViewFn>,
    /// For lists that follow the live stream: an answer that equals the one that is shown, at the same address, changes nothing on the
    /// page. Open menus, opened details and the keyboard's place stay. Only for content that is made from the value and the address
    /// alone; what else it depends on has to be read from signals where it is shown.
    #[prop(optional)]
    steady: bool,
    /// The content, made from the value: `let:value`.
    children: F,
) -> impl IntoView
where
    T: Clone + Send + Sync + serde::Serialize + serde::de::DeserializeOwned + 'static,
    F: Fn(T) -> V + Clone + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let fallback = move || match &skeleton {
        Some(skeleton) => skeleton.run(),
        None => view! { <Skeleton/> }.into_any(),
    };
    let outer = Owner::current();
    let place = use_location();
    // The server writes once, and compares nothing.
    let print = move |value: &T| -> Option<String> {
        let wanted = steady && cfg!(not(feature = "ssr"));
        wanted.then(|| {
            let (path, query) = (place.pathname.get_untracked(), place.search.get_untracked());
            format!("{path}?{query} {}", serde_json::to_string(value).unwrap_or_default())
        })
    };
    view! {
        <Transition fallback=fallback>
            {move || {
                let (children, outer) = (children.clone(), outer.clone());
                Suspend::new(async move {
                    match resource.await {
                        Ok(value) => kept(outer, print(&value), move || children(value)),
                        Err(error) => view! { <ErrorCard error=error on_retry=move |_| resource.refetch()/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

/// The content with an owner of its own, so that it stays alive with all its signals while it is asked again: `Suspend` drops its own
/// owner then, while what it shows still stands.
#[cfg(not(feature = "ssr"))]
fn kept<V: IntoView + 'static>(
    outer: Option<Owner>,
    print: Option<String>,
    content: impl FnOnce() -> V + Send + 'static,
) -> AnyView {
    let make = move || {
        let owner = outer.map_or_else(Owner::new, |outer| {
            let (quiet, owner) = (outer.child(), outer.child());
            still_when_gone(quiet, &owner);
            owner
        });
        let view = owner.with(content);
        leptos::tachys::reactive_graph::OwnedView::new_with_owner(view, owner).into_any()
    };
    match print {
        Some(print) => steady::Steady::new(print, make).into_any(),
        None => make(),
    }
}

/// An answer that is on its way keeps what is shown for a moment longer than the page around it lives. Nothing of it may run in that
/// moment: what it would read is gone, and reading that ends the whole tab. Children are cleaned up in the order in which they were made,
/// so `quiet`, made before `content`, still finds all that is in there.
#[cfg(not(feature = "ssr"))]
fn still_when_gone(quiet: Owner, content: &Owner) {
    let weak = content.downgrade();
    quiet.with(|| {
        on_cleanup(move || {
            if let Some(content) = weak.upgrade() {
                content.pause();
            }
        });
    });
    // Lives as long as the content does.
    content.with(|| StoredValue::new(quiet));
}

/// The server asks once, and needs the content's signals until the whole page is written.
#[cfg(feature = "ssr")]
fn kept<V: IntoView + 'static>(_outer: Option<Owner>, _print: Option<String>, content: impl FnOnce() -> V) -> AnyView {
    content().into_any()
}

/// A view that is made only when it is needed. `Suspend` hands its content a new view for every answer; this one compares what both were
/// made from first, and when that is the same, the old one stays as it is, with its elements, its signals and its owner, and the new one
/// is never made. Hydration and the first build are those of the content itself, so nothing of it is seen in the page.
#[cfg(not(feature = "ssr"))]
mod steady {
    use leptos::attr::Attribute;
    use leptos::attr::any_attribute::AnyAttribute;
    use leptos::prelude::{AddAnyAttr, AnyView, Mountable, Render, RenderHtml};
    use leptos::tachys::hydration::Cursor;
    use leptos::tachys::renderer::types::{Element, Node};
    use leptos::tachys::view::{Position, PositionState};

    /// See above.
    pub(super) struct Steady {
        print: String,
        make: Box<dyn FnOnce() -> AnyView + Send>,
    }

    /// What is shown, and what it was made from.
    pub(super) struct SteadyState {
        print: String,
        shown: <AnyView as Render>::State,
    }

    impl Steady {
        /// `print`: what the view is made from, in words.
        pub(super) fn new(print: String, make: impl FnOnce() -> AnyView + Send + 'static) -> Self {
            Self { print, make: Box::new(make) }
        }
    }

    impl Render for Steady {
        type State = SteadyState;

        fn build(self) -> SteadyState {
            SteadyState { print: self.print, shown: (self.make)().build() }
        }

        fn rebuild(self, state: &mut SteadyState) {
            if self.print != state.print {
                state.print = self.print;
                (self.make)().rebuild(&mut state.shown);
            }
        }
    }

    impl AddAnyAttr for Steady {
        type Output<SomeNewAttr: Attribute> = AnyView;

        fn add_any_attr<NewAttr: Attribute>(self, attr: NewAttr) -> AnyView {
            use leptos::prelude::IntoAny;
            (self.make)().add_any_attr(attr).into_any()
        }
    }

    impl RenderHtml for Steady {
        type AsyncOutput = AnyView;
        type Owned = Self;

        const MIN_LENGTH: usize = 0;

        fn dry_resolve(&mut self) {}

        async fn resolve(self) -> AnyView {
            (self.make)()
        }

        fn to_html_with_buf(
            self,
            buf: &mut String,
            position: &mut Position,
            escape: bool,
            mark_branches: bool,
            extra_attrs: Vec<AnyAttribute>,
        ) {
            (self.make)().to_html_with_buf(buf, position, escape, mark_branches, extra_attrs);
        }

        fn hydrate<const FROM_SERVER: bool>(self, cursor: &Cursor, position: &PositionState) -> SteadyState {
            SteadyState { print: self.print, shown: (self.make)().hydrate::<FROM_SERVER>(cursor, position) }
        }

        async fn hydrate_async(self, cursor: &Cursor, position: &PositionState) -> SteadyState {
            SteadyState { print: self.print, shown: (self.make)().hydrate_async(cursor, position).await }
        }

        fn into_owned(self) -> Self {
            self
        }
    }

    impl Mountable for SteadyState {
        fn unmount(&mut self) {
            self.shown.unmount();
        }

        fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
            self.shown.mount(parent, marker);
        }

        fn try_mount(&mut self, parent: &Element, marker: Option<&Node>) -> bool {
            self.shown.try_mount(parent, marker)
        }

        fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
            self.shown.insert_before_this(child)
        }

        fn elements(&self) -> Vec<Element> {
            self.shown.elements()
        }
    }
}
