//! Whether two words are the same but for a slip of the finger.

/// The fewest slips (a letter too many, too few, another, or two swapped) from one word to the other, if at most `most`.
pub(crate) fn within(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most || a.len() > 40 || b.len() > 40 {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before[j - 2] + 1);
            }
        }
        if row.iter().all(|slips| *slips > most) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|slips| *slips <= most)
}

/// A word with every run of one letter made a single one: `refuuund` and `refundd` are `refund`.
pub(super) fn squeezed(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        if !out.ends_with(c) {
            out.push(c);
        }
    }
    out
}

/// Whether `word` is `key` with at most a few slips: none under five letters but a swap, one from five, two from eight.
pub(super) fn alike(word: &str, key: &str) -> bool {
    if word == key {
        return true;
    }
    let long = key.chars().count();
    if long < 4 || word.chars().count() < 4 || NEIGHBOURS.contains(&word) || word.chars().next() != key.chars().next() {
        return false;
    }
    let (word, key) = (squeezed(word), squeezed(key));
    let long = key.chars().count().min(long);
    match within(&word, &key, if long >= 8 { 2 } else { 1 }) {
        Some(0) => true,
        // Two swapped letters keep the length and the letters.
        Some(_) if long < 5 => {
            let sorted = |word: &str| {
                let mut letters: Vec<char> = word.chars().collect();
                letters.sort_unstable();
                letters
            };
            sorted(&word) == sorted(&key)
        }
        Some(_) => true,
        None => false,
    }
}

/// Words of their own that stand one slip from a key word.
const NEIGHBOURS: &[&str] = &[
    "process",
    "processed",
    "processes",
    "processing",
    "prize",
    "pride",
    "prince",
    "prime",
    "precise",
    "praise",
    "print",
    "layer",
    "layers",
    "player",
    "refined",
    "refuel",
    "refuse",
    "refused",
    "found",
    "humane",
    "hymn",
    "human's",
    "persons",
    "personal",
    "persona",
    "manage",
    "managed",
    "manages",
    "managers",
    "dinner",
    "legally",
    "attorneys",
    "recent",
    "again",
    "argent",
    "urgent",
    "aged",
    "gent",
    "regent",
    "event",
    "much",
    "cast",
    "coast",
    "coat",
    "cosy",
    "host",
    "most",
    "post",
    "lost",
    "costa",
    "supervise",
    "supervised",
    "operate",
    "operated",
    "operates",
    "operation",
    "operations",
    "expansive",
    "extensive",
    "discuss",
    "count",
    "account",
    "coupe",
    "group",
    "rabat",
    "prises",
    "pries",
    "preis",
    "persone",
    "personne",
    "personnes",
    "personen",
    "pricing",
    "priced",
    "prices",
    "advocate",
    "teurer",
    "quotient",
    "quotidian",
    "agenda",
    "agency",
    "agents",
    "argument",
    "lawyers",
    "human",
    "humans",
    "humano",
    "humana",
    "humain",
    "menschen",
    "reimbursing",
    "operator's",
    "representing",
    "represented",
    "represent",
];
