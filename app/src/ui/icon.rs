//! Every icon of the product: 24 × 24, drawn with strokes in the colour of the text. Not here: pictures and the logo.

use leptos::prelude::*;

/// Which icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Icon {
    Activity,
    Alert,
    ArrowDown,
    ArrowLeft,
    ArrowRight,
    ArrowUp,
    Ban,
    Bell,
    Book,
    Bot,
    Branch,
    Calendar,
    Chart,
    Check,
    CheckDouble,
    ChevronDown,
    ChevronLeft,
    ChevronRight,
    ChevronUp,
    Clock,
    Copy,
    Dollar,
    Dot,
    Download,
    Edit,
    External,
    Eye,
    EyeOff,
    FileText,
    Filter,
    Fit,
    Flag,
    Hand,
    Help,
    Home,
    Inbox,
    Info,
    Key,
    Layout,
    Link,
    Lock,
    LogOut,
    Megaphone,
    Menu,
    Message,
    Moon,
    More,
    Pause,
    Phone,
    Play,
    Plus,
    Redo,
    Refresh,
    Search,
    Send,
    Settings,
    Shield,
    Smartphone,
    Sparkles,
    Sun,
    System,
    Trash,
    Undo,
    Upload,
    User,
    Users,
    Wait,
    Webhook,
    Whatsapp,
    X,
    Zap,
    ZoomIn,
    ZoomOut,
}

impl Icon {
    /// Every icon, for the gallery.
    pub const ALL: &'static [Self] = &[
        Self::Activity,
        Self::Alert,
        Self::ArrowDown,
        Self::ArrowLeft,
        Self::ArrowRight,
        Self::ArrowUp,
        Self::Ban,
        Self::Bell,
        Self::Book,
        Self::Bot,
        Self::Branch,
        Self::Calendar,
        Self::Chart,
        Self::Check,
        Self::CheckDouble,
        Self::ChevronDown,
        Self::ChevronLeft,
        Self::ChevronRight,
        Self::ChevronUp,
        Self::Clock,
        Self::Copy,
        Self::Dollar,
        Self::Dot,
        Self::Download,
        Self::Edit,
        Self::External,
        Self::Eye,
        Self::EyeOff,
        Self::FileText,
        Self::Filter,
        Self::Fit,
        Self::Flag,
        Self::Hand,
        Self::Help,
        Self::Home,
        Self::Inbox,
        Self::Info,
        Self::Key,
        Self::Layout,
        Self::Link,
        Self::Lock,
        Self::LogOut,
        Self::Megaphone,
        Self::Menu,
        Self::Message,
        Self::Moon,
        Self::More,
        Self::Pause,
        Self::Phone,
        Self::Play,
        Self::Plus,
        Self::Redo,
        Self::Refresh,
        Self::Search,
        Self::Send,
        Self::Settings,
        Self::Shield,
        Self::Smartphone,
        Self::Sparkles,
        Self::Sun,
        Self::System,
        Self::Trash,
        Self::Undo,
        Self::Upload,
        Self::User,
        Self::Users,
        Self::Wait,
        Self::Webhook,
        Self::Whatsapp,
        Self::X,
        Self::Zap,
        Self::ZoomIn,
        Self::ZoomOut,
    ];

    /// The drawing, as the inside of an `<svg>`.
    const fn drawing(self) -> &'static str {
        match self {
            Self::Activity => r#"<path d="M3 12h4l3-8 4 16 3-8h4"/>"#,
            Self::Alert => r#"<path d="M12 4 2.8 19.5h18.4z"/><path d="M12 10v4.5M12 17.2v.1"/>"#,
            Self::ArrowDown => r#"<path d="M12 5v14M6 13l6 6 6-6"/>"#,
            Self::ArrowLeft => r#"<path d="M19 12H5M11 6l-6 6 6 6"/>"#,
            Self::ArrowRight => r#"<path d="M5 12h14M13 6l6 6-6 6"/>"#,
            Self::ArrowUp => r#"<path d="M12 19V5M6 11l6-6 6 6"/>"#,
            Self::Ban => r#"<circle cx="12" cy="12" r="9"/><path d="M5.7 5.7l12.6 12.6"/>"#,
            Self::Bell => {
                r#"<path d="M6 9.5a6 6 0 0 1 12 0c0 5.5 2.2 7 2.2 7H3.8S6 15 6 9.5M10 20.2a2.2 2.2 0 0 0 4 0"/>"#
            }
            Self::Book => r#"<path d="M5 19.5V5a2 2 0 0 1 2-2h12v14H7a2 2 0 0 0 0 4h12v-4"/>"#,
            Self::Bot => {
                r#"<rect x="4" y="8" width="16" height="12" rx="3"/><path d="M12 8V4.5M9.5 13v1.5M14.5 13v1.5M2 13v3M22 13v3"/><circle cx="12" cy="3.6" r=".9"/>"#
            }
            Self::Branch => {
                r#"<circle cx="6" cy="5" r="2"/><circle cx="6" cy="19" r="2"/><circle cx="18" cy="8" r="2"/><path d="M6 7v10M18 10c0 4-5 4-9 4.5"/>"#
            }
            Self::Calendar => {
                r#"<rect x="3.5" y="5" width="17" height="15.5" rx="2"/><path d="M3.5 10h17M8 3v4M16 3v4"/>"#
            }
            Self::Chart => r#"<path d="M4 20h16M7 20v-7M12 20V5M17 20v-10"/>"#,
            Self::Check => r#"<path d="M4.5 12.5l5 5L19.5 7"/>"#,
            Self::CheckDouble => r#"<path d="M1.5 12.5l4.5 4.5L15 7M10.5 15.5l1.7 1.5L21.5 7"/>"#,
            Self::ChevronDown => r#"<path d="M6 9l6 6 6-6"/>"#,
            Self::ChevronLeft => r#"<path d="M15 6l-6 6 6 6"/>"#,
            Self::ChevronRight => r#"<path d="M9 6l6 6-6 6"/>"#,
            Self::ChevronUp => r#"<path d="M6 15l6-6 6 6"/>"#,
            Self::Clock => r#"<circle cx="12" cy="12" r="9"/><path d="M12 7v5.2l3.3 2"/>"#,
            Self::Copy => {
                r#"<rect x="9" y="9" width="11.5" height="11.5" rx="2"/><path d="M5.5 15H5a1.5 1.5 0 0 1-1.5-1.5V5A1.5 1.5 0 0 1 5 3.5h8.5A1.5 1.5 0 0 1 15 5v.5"/>"#
            }
            Self::Dollar => {
                r#"<path d="M12 2.5v19M16.8 6.5C16 5.2 14.2 4.5 12 4.5c-2.7 0-4.7 1.3-4.7 3.5 0 5 9.7 2.5 9.7 7.7 0 2.3-2.2 3.8-5 3.8-2.6 0-4.6-1-5.3-2.7"/>"#
            }
            Self::Dot => r#"<circle cx="12" cy="12" r="4" fill="currentColor"/>"#,
            Self::Download => r#"<path d="M12 3.5v12M7 11l5 5 5-5M4 20.5h16"/>"#,
            Self::Edit => {
                r#"<path d="M4 20l1-4.5L16.5 4a2.1 2.1 0 0 1 3 0l.5.5a2.1 2.1 0 0 1 0 3L8.5 19zM14.5 6l3.5 3.5"/>"#
            }
            Self::External => {
                r#"<path d="M14 4h6v6M20 4l-9 9M18 14v5a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 4 19V8a1.5 1.5 0 0 1 1.5-1.5H10"/>"#
            }
            Self::Eye => {
                r#"<path d="M2 12s3.5-7 10-7 10 7 10 7-3.5 7-10 7-10-7-10-7"/><circle cx="12" cy="12" r="3"/>"#
            }
            Self::EyeOff => {
                r#"<path d="M4 4l16 16M9.8 5.3A9.6 9.6 0 0 1 12 5c6.5 0 10 7 10 7a17 17 0 0 1-3 3.8M6.3 7A16.5 16.5 0 0 0 2 12s3.5 7 10 7a9.7 9.7 0 0 0 4.5-1.1M10 10a3 3 0 0 0 4 4"/>"#
            }
            Self::FileText => {
                r#"<path d="M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8zM14 3v5h5M9 13h6M9 17h4"/>"#
            }
            Self::Filter => r#"<path d="M3.5 5h17l-6.5 8v6.5L10 17v-4z"/>"#,
            Self::Fit => {
                r#"<path d="M4 9V5.5A1.5 1.5 0 0 1 5.5 4H9M15 4h3.5A1.5 1.5 0 0 1 20 5.5V9M20 15v3.5a1.5 1.5 0 0 1-1.5 1.5H15M9 20H5.5A1.5 1.5 0 0 1 4 18.5V15"/>"#
            }
            Self::Flag => r#"<path d="M5 21V4s1-1 4-1 5 2 8 2 2-.5 2-.5V14s-1 1-3 1-5-2-8-2-3 1-3 1"/>"#,
            Self::Hand => {
                r#"<path d="M8 12V5.5a1.5 1.5 0 0 1 3 0V11M11 10.5v-6a1.5 1.5 0 0 1 3 0V11M14 10.5v-5a1.5 1.5 0 0 1 3 0V13M17 9a1.5 1.5 0 0 1 3 0v5.5a7 7 0 0 1-7 7h-1c-2.5 0-4-1-5.5-3L3.7 14.8a1.5 1.5 0 0 1 2.4-1.8L8 15"/>"#
            }
            Self::Help => {
                r#"<circle cx="12" cy="12" r="9"/><path d="M9.5 9.3a2.6 2.6 0 1 1 3.7 2.7c-.8.4-1.2.9-1.2 1.8M12 16.8v.1"/>"#
            }
            Self::Home => r#"<path d="M4 11l8-7 8 7v8.5a1 1 0 0 1-1 1h-4.5V14h-5v6.5H5a1 1 0 0 1-1-1z"/>"#,
            Self::Inbox => {
                r#"<path d="M3 13h5l1.5 3h5l1.5-3h5M5.6 5.2L3 13v5a2 2 0 0 0 2 2h14a2 2 0 0 0 2-2v-5l-2.6-7.8A1.8 1.8 0 0 0 16.7 4H7.3a1.8 1.8 0 0 0-1.7 1.2"/>"#
            }
            Self::Info => r#"<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5M12 7.6v.1"/>"#,
            Self::Key => r#"<circle cx="8" cy="15.5" r="4.5"/><path d="M11.2 12.3L20 3.5M16 7.5l3 3M13.5 10l2 2"/>"#,
            Self::Layout => r#"<rect x="3.5" y="4" width="17" height="16" rx="2"/><path d="M9.5 4v16"/>"#,
            Self::Link => {
                r#"<path d="M10 14a4.5 4.5 0 0 0 6.4 0l3-3A4.5 4.5 0 0 0 13 4.6l-1 1M14 10a4.5 4.5 0 0 0-6.4 0l-3 3A4.5 4.5 0 0 0 11 19.4l1-1"/>"#
            }
            Self::Lock => {
                r#"<rect x="5" y="11" width="14" height="9.5" rx="2"/><path d="M8 11V7.5a4 4 0 0 1 8 0V11"/>"#
            }
            Self::LogOut => {
                r#"<path d="M10 20.5H5.5A1.5 1.5 0 0 1 4 19V5a1.5 1.5 0 0 1 1.5-1.5H10M15.5 16.5L20 12l-4.5-4.5M20 12H9"/>"#
            }
            Self::Megaphone => {
                r#"<path d="M4 10v4a1 1 0 0 0 1 1h3l9 4V5L8 9H5a1 1 0 0 0-1 1M8.5 15.5L10 20.5M20 10v4"/>"#
            }
            Self::Menu => r#"<path d="M4 7h16M4 12h16M4 17h16"/>"#,
            Self::Message => {
                r#"<path d="M20.5 5.5v10a1.5 1.5 0 0 1-1.5 1.5H9l-4.5 4v-4A1 1 0 0 1 3.5 16V5.5A1.5 1.5 0 0 1 5 4h14a1.5 1.5 0 0 1 1.5 1.5M8 8.8h8M8 12.3h5"/>"#
            }
            Self::Moon => r#"<path d="M20 14A8.3 8.3 0 0 1 10 4a8.3 8.3 0 1 0 10 10"/>"#,
            Self::More => {
                r#"<circle cx="5" cy="12" r="1.3" fill="currentColor"/><circle cx="12" cy="12" r="1.3" fill="currentColor"/><circle cx="19" cy="12" r="1.3" fill="currentColor"/>"#
            }
            Self::Pause => r#"<path d="M8 5v14M16 5v14"/>"#,
            Self::Phone => {
                r#"<path d="M5 3.5h3.5l1.8 4.5-2.3 1.6a12 12 0 0 0 6.4 6.4l1.6-2.3 4.5 1.8V19a1.8 1.8 0 0 1-1.9 1.8A16.5 16.5 0 0 1 3.2 5.4 1.8 1.8 0 0 1 5 3.5"/>"#
            }
            Self::Play => r#"<path d="M7 4.5l12.5 7.5L7 19.5z"/>"#,
            Self::Plus => r#"<path d="M12 5v14M5 12h14"/>"#,
            Self::Redo => r#"<path d="M15 5l5 5-5 5M20 10H9.5a5.5 5.5 0 0 0 0 11H12"/>"#,
            Self::Refresh => {
                r#"<path d="M20.5 4v5.5H15M3.5 20v-5.5H9M5.3 9.5a7.5 7.5 0 0 1 12.6-2.6l2.6 2.6M18.7 14.5a7.5 7.5 0 0 1-12.6 2.6l-2.6-2.6"/>"#
            }
            Self::Search => r#"<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.5"/>"#,
            Self::Send => r#"<path d="M20.5 3.5L3.5 10l7 3.5L14 20.5zM10.5 13.5l5-5"/>"#,
            Self::Settings => {
                r#"<path d="M4 7h9M17.5 7H20M4 17h2.5M11 17h9"/><circle cx="15.2" cy="7" r="2.3"/><circle cx="8.8" cy="17" r="2.3"/>"#
            }
            Self::Shield => r#"<path d="M12 3l7.5 3v5.5c0 4.7-3.2 8-7.5 9.5-4.3-1.5-7.5-4.8-7.5-9.5V6z"/>"#,
            Self::Smartphone => r#"<rect x="6.5" y="2.5" width="11" height="19" rx="2.5"/><path d="M11 18.2h2"/>"#,
            Self::Sparkles => {
                r#"<path d="M11 4l1.7 5.3L18 11l-5.3 1.7L11 18l-1.7-5.3L4 11l5.3-1.7zM18.5 15.5v5M16 18h5M19 3v3.5M17.3 4.8h3.5"/>"#
            }
            Self::Sun => {
                r#"<circle cx="12" cy="12" r="4"/><path d="M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4"/>"#
            }
            Self::System => r#"<rect x="3" y="4" width="18" height="12.5" rx="2"/><path d="M8.5 20.5h7M12 16.5v4"/>"#,
            Self::Trash => {
                r#"<path d="M4 6.5h16M9 6.5V5a1.5 1.5 0 0 1 1.5-1.5h3A1.5 1.5 0 0 1 15 5v1.5M6 6.5l.8 12.6a1.5 1.5 0 0 0 1.5 1.4h7.4a1.5 1.5 0 0 0 1.5-1.4L18 6.5M10 11v5.5M14 11v5.5"/>"#
            }
            Self::Undo => r#"<path d="M9 5l-5 5 5 5M4 10h10.5a5.5 5.5 0 0 1 0 11H12"/>"#,
            Self::Upload => r#"<path d="M12 16V4M7 8.5l5-5 5 5M4 20.5h16"/>"#,
            Self::User => r#"<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5a7.5 7.5 0 0 1 15 0"/>"#,
            Self::Users => {
                r#"<circle cx="9" cy="8" r="3.7"/><path d="M2.5 20a6.5 6.5 0 0 1 13 0M16 4.6a3.7 3.7 0 0 1 0 6.8M18.5 14.2A6.5 6.5 0 0 1 21.5 20"/>"#
            }
            Self::Wait => r#"<path d="M6.5 3h11M6.5 21h11M8 3v4l4 5-4 5v4M16 3v4l-4 5 4 5v4"/>"#,
            Self::Webhook => {
                r#"<circle cx="12" cy="6.5" r="3"/><circle cx="6" cy="17" r="3"/><circle cx="18" cy="17" r="3"/><path d="M10.7 9.2L7.5 14.4M13.4 9.2l3.1 5.2M9 17h6"/>"#
            }
            Self::Whatsapp => {
                r#"<path d="M3.5 20.5l1.3-4.3a8.5 8.5 0 1 1 3.1 3z"/><path d="M9 8.5c-.6.6-.6 1.8.8 3.7 1.5 1.9 3.3 3 4.3 2.7.9-.3 1.2-.9 1.2-1.5l-1.9-1-1 .9c-.9-.4-1.8-1.3-2.2-2.2l.8-.9-.9-1.9c-.4 0-.8 0-1.1.2"/>"#
            }
            Self::X => r#"<path d="M6 6l12 12M18 6L6 18"/>"#,
            Self::Zap => r#"<path d="M13 2.5L4.5 13.5H11l-1 8 8.5-11H12z"/>"#,
            Self::ZoomIn => r#"<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.5M11 8.5v5M8.5 11h5"/>"#,
            Self::ZoomOut => r#"<circle cx="11" cy="11" r="6.5"/><path d="M16 16l4.5 4.5M8.5 11h5"/>"#,
        }
    }
}

/// Draws one icon. It is decoration: the words beside it, or the `label` of the button around it, say what it means.
#[component]
pub fn Icon(
    /// Which one. For one that changes: `{move || view! { <Icon icon=…/> }}`.
    icon: Icon,
    /// Its size and colour.
    #[prop(default = "size-4")]
    class: &'static str,
) -> impl IntoView {
    view! {
        <svg
            class=class
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            stroke-width="1.75"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
            focusable="false"
            inner_html=icon.drawing()
        ></svg>
    }
}

#[cfg(test)]
mod tests {
    use super::Icon;

    #[test]
    fn every_icon_is_drawn_once() {
        let mut seen = std::collections::HashSet::new();
        for icon in Icon::ALL {
            assert!(icon.drawing().starts_with('<') && icon.drawing().ends_with("/>"), "{icon:?}");
            assert!(seen.insert(icon.drawing()), "{icon:?} looks like another");
        }
    }
}
