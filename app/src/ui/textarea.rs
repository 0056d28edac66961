//! The only `<textarea>` of the product.
//!
//! Leptos 0.8 does not escape the children of a textarea, and prompts and templates are other people's text. So the initial text is
//! escaped here and given as inner HTML, which hydration leaves alone; afterwards `prop:value` is the text.

use leptos::ev::{Event, KeyboardEvent};
use leptos::prelude::*;

use super::field::Wiring;
use super::input::{INPUT, shown};

/// Text as the inside of a textarea. A parser drops one newline at the very start, so a text that begins with one gets another.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    if text.starts_with('\n') {
        out.push('\n');
    }
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            c => out.push(c),
        }
    }
    out
}

/// A text of several lines.
#[component]
pub fn TextArea(
    /// Two ways at once.
    #[prop(optional)]
    bind: Option<RwSignal<String>>,
    /// One way: what it shows.
    #[prop(optional, into)]
    value: Signal<String>,
    /// Every change, as the new text.
    #[prop(optional, into)]
    on_input: Option<Callback<String>>,
    /// Once the person left the field.
    #[prop(optional, into)]
    on_change: Option<Callback<String>>,
    /// Ctrl+Enter or Cmd+Enter.
    #[prop(optional, into)]
    on_submit: Option<Callback<()>>,
    /// Its id, outside a field.
    #[prop(optional, into)]
    id: Option<String>,
    /// Its name in a plain form.
    #[prop(optional, into)]
    name: Option<String>,
    /// Its label, outside a field.
    #[prop(optional, into)]
    label: Option<String>,
    /// An example of what to write.
    #[prop(optional, into)]
    placeholder: Signal<Option<String>>,
    /// Whether it takes no text.
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// Shows its text but takes no other; unlike a disabled one it keeps the keyboard.
    #[prop(optional, into)]
    readonly: Signal<bool>,
    /// Its height in lines.
    #[prop(default = 4)]
    rows: u32,
    /// In the fixed-width face.
    #[prop(optional)]
    mono: bool,
    /// Shows how many characters are left; longer text is marked, not cut.
    #[prop(optional)]
    max_chars: Option<u32>,
    /// The element, for pages that put something where the cursor is.
    #[prop(optional)]
    node: NodeRef<leptos::html::Textarea>,
) -> impl IntoView {
    let wiring = Wiring::new(id);
    let text = shown(bind, value);
    let face = if mono { "font-mono text-xs leading-5" } else { "" };
    view! {
        <span class="relative block min-w-0">
            <textarea
                node_ref=node
                id=wiring.id.clone()
                name=name
                rows=rows.to_string()
                class=format!("{INPUT} block resize-y px-3 py-2 leading-5 {face}")
                inner_html=escaped(&text.get_untracked())
                prop:value=move || text.get()
                placeholder=move || placeholder.get()
                disabled=move || disabled.get()
                readonly=move || readonly.get()
                aria-label=label
                aria-invalid=wiring.invalid()
                aria-describedby=wiring.described_by()
                on:input=move |event: Event| {
                    let new = event_target_value(&event);
                    if let Some(bind) = bind {
                        bind.set(new.clone());
                    }
                    if let Some(on_input) = on_input {
                        on_input.run(new);
                    }
                }
                on:change=move |event: Event| {
                    if let Some(on_change) = on_change {
                        on_change.run(event_target_value(&event));
                    }
                }
                on:keydown=move |event: KeyboardEvent| {
                    if event.key() == "Enter" && (event.ctrl_key() || event.meta_key())
                        && let Some(on_submit) = on_submit
                    {
                        event.prevent_default();
                        on_submit.run(());
                    }
                }
            ></textarea>
            {max_chars.map(|max| {
                let count = move || u32::try_from(text.with(|t| t.chars().count())).unwrap_or(u32::MAX);
                view! {
                    <span class="mt-1 block text-right text-2xs text-ink-3" class=("text-bad", move || { count() > max })>
                        {move || format!("{} / {max}", count())}
                    </span>
                }
            })}
        </span>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn a_prompt_cannot_leave_its_textarea() {
        let evil = "</textarea><script>alert(1)</script> & \"x\"";
        for html in [
            Owner::new().with(|| view! { <TextArea value=evil/> }.into_any().to_html()),
            Owner::new().with(|| view! { <TextArea bind=RwSignal::new(evil.to_owned())/> }.into_any().to_html()),
        ] {
            assert!(!html.contains("<script"), "{html}");
            assert!(html.contains("&lt;/textarea&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; "), "{html}");
            assert_eq!(html.matches("</textarea>").count(), 1, "{html}");
        }
    }

    #[test]
    fn text_is_escaped_once_and_keeps_its_first_newline() {
        assert_eq!(escaped("a < b && c"), "a &lt; b &amp;&amp; c");
        assert_eq!(escaped("\nx"), "\n\nx");
        assert_eq!(escaped(""), "");
    }
}
