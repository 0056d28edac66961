//! Lists: pages and filters, one type for URL, server function and SQL.

use serde::{Deserialize, Serialize};

/// One page of a list, as the API answers it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Which page, from 1.
    pub page: i64,
    /// Rows per page, 1-100.
    pub page_size: i64,
    /// Rows in all.
    pub total: i64,
    /// Pages in all; 0 when there is nothing.
    pub total_pages: i64,
}

impl<T> Page<T> {
    /// Puts rows and their count into a page.
    pub fn of(items: Vec<T>, at: PageAt, total: i64) -> Self {
        Self {
            items,
            page: at.page,
            page_size: at.page_size,
            total,
            total_pages: (total + at.page_size - 1) / at.page_size,
        }
    }

    /// The last page, when this one lies behind it.
    pub fn last_instead(&self) -> Option<i64> {
        (self.page > self.total_pages && self.total_pages > 0).then_some(self.total_pages)
    }

    /// The same page with other rows.
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(f).collect(),
            page: self.page,
            page_size: self.page_size,
            total: self.total,
            total_pages: self.total_pages,
        }
    }
}

/// Which page is wanted. Always in range: made by [`PageAt::new`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PageAt {
    page: i64,
    page_size: i64,
}

impl PageAt {
    /// Brings what was asked into range: page from 1 to 100,000, 1-100 rows (25 unless told).
    pub fn new(page: Option<i64>, page_size: Option<i64>) -> Self {
        Self { page: page.unwrap_or(1).clamp(1, 100_000), page_size: page_size.unwrap_or(25).clamp(1, 100) }
    }

    /// Which page.
    pub fn page(self) -> i64 {
        self.page
    }

    /// Rows per page.
    pub fn limit(self) -> i64 {
        self.page_size
    }

    /// Rows before it.
    pub fn offset(self) -> i64 {
        (self.page - 1) * self.page_size
    }
}

impl Default for PageAt {
    fn default() -> Self {
        Self::new(None, None)
    }
}

/// What a list is narrowed to. Every field is optional; unknown words narrow to nothing rather than failing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Filter {
    /// Case-insensitive search in names, numbers and addresses.
    pub q: Option<String>,
    /// The state's word.
    pub status: Option<String>,
    /// The channel's word.
    pub channel: Option<String>,
    /// Conversations: `ai`, `human`, or `mine`.
    pub owner: Option<String>,
    /// Conversations: the word of what the person wants.
    pub intent: Option<String>,
    /// A model's name, or `provider/name`.
    pub model: Option<String>,
    /// Only what needs attention.
    pub attention: Option<bool>,
    /// What to sort by, with `-` in front for downwards.
    pub sort: Option<String>,
    /// Which page, from 1.
    pub page: Option<i64>,
    /// Rows per page, 1-100.
    pub page_size: Option<i64>,
}

impl Filter {
    /// Which page is wanted.
    pub fn at(&self) -> PageAt {
        PageAt::new(self.page, self.page_size)
    }

    /// What is searched; `None` when nothing is. At most 200 characters count.
    pub fn text(&self) -> Option<String> {
        let text: String = self.q.as_deref()?.trim().chars().filter(|c| *c != '\0').take(200).collect();
        (!text.is_empty()).then_some(text)
    }

    /// The search as a `like` pattern, with its wildcards escaped.
    pub fn like(&self) -> Option<String> {
        let escaped = self.text()?.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        Some(format!("%{escaped}%"))
    }

    /// A search that is typed like a phone number, as a `like` pattern for how numbers are kept: `(415) 555` finds `+1415555…`. The zeros
    /// with which a number is dialled stand in no kept one. `None` with other signs in it, or fewer than three digits.
    pub fn digits(&self) -> Option<String> {
        let text = self.text()?.replace("(0)", "");
        let mut digits = String::new();
        for c in text.chars() {
            match c {
                '0'..='9' => digits.push(c),
                '０'..='９' => digits.extend(char::from_digit(u32::from(c) - u32::from('０'), 10)),
                '+'
                | '-'
                | '.'
                | '('
                | ')'
                | '/'
                | '＋'
                | '－'
                | '．'
                | '（'
                | '）'
                | '／'
                | '\u{2010}'..='\u{2015}'
                | '\u{2212}' => {}
                _ if c.is_whitespace() => {}
                _ => return None,
            }
        }
        let digits = digits.trim_start_matches('0');
        (digits.len() >= 3).then(|| format!("%{digits}%"))
    }

    /// A filter's word, trimmed; `None` when empty or `all`.
    pub fn word(value: &Option<String>) -> Option<String> {
        // Postgres takes no NUL; as another character it still narrows to nothing.
        value.as_deref().map(str::trim).filter(|w| !w.is_empty() && *w != "all").map(|w| w.replace('\0', "?"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_stay_in_range_and_searches_are_literal() {
        let at = PageAt::new(Some(-3), Some(9_999));
        assert_eq!((at.page(), at.limit(), at.offset()), (1, 100, 0));
        assert_eq!(Page::of(vec![1], PageAt::new(Some(2), Some(10)), 21).total_pages, 3);
        assert_eq!(Page::<i32>::of(vec![], PageAt::default(), 0).total_pages, 0);
        assert_eq!(Page::<i32>::of(vec![], PageAt::new(Some(9), Some(10)), 21).last_instead(), Some(3));
        assert_eq!(Page::<i32>::of(vec![], PageAt::new(Some(9), None), 0).last_instead(), None);
        let like = |q: &str| Filter { q: Some(q.into()), ..Filter::default() }.like();
        assert_eq!(like(" 50%_\\ "), Some("%50\\%\\_\\\\%".into()));
        assert_eq!(like("  "), None);
    }

    #[test]
    fn a_phone_number_is_searched_in_any_writing() {
        let digits = |q: &str| Filter { q: Some(q.into()), ..Filter::default() }.digits();
        for q in [
            "07700 900777",
            "+44 7700 900777",
            "00447700900777",
            "+44 (0)7700\u{a0}900\u{2011}777",
            "０７７００／９００７７７",
        ] {
            let wanted = digits(q).expect(q);
            assert!("%447700900777%".contains(wanted.trim_matches('%')), "{q}: {wanted}");
        }
        assert_eq!(digits("(415) 555"), Some("%415555%".into()));
        for q in ["Suite 415", "TKT-0043", "12", "000", ""] {
            assert_eq!(digits(q), None, "{q}");
        }
    }
}
