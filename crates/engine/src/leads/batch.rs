//! Many leads at once, from a request or a file: each row becomes a lead or a line of the report.

use std::collections::{HashMap, HashSet};

use db::Tx;
use db::leads::NewLead;
use domain::id::LeadId;
use domain::lead::{BulkResult, CheckedLead, LeadDraft, LeadStatus, RowProblem};
use domain::phone::Phone;
use domain::text::Email;

use super::{EMAIL_TAKEN, MAX_PROBLEMS, PHONE_TAKEN, with_consent_dated};
use crate::{Cx, Result};

/// Which row of this request or file brought a number or address, so that a repetition can name it.
#[derive(Default)]
pub(crate) struct Seen {
    rows: HashMap<String, i64>,
}

/// Rows on their way to becoming leads, and the report about those that do not.
#[derive(Default)]
pub(crate) struct Batch {
    rows: Vec<(i64, CheckedLead)>,
    total: i64,
    skipped: i64,
    problems: Vec<RowProblem>,
}

impl Batch {
    /// Checks a row; a bad one, or one that repeats an earlier row of the same request, is left out.
    pub(crate) fn add(&mut self, row: i64, draft: &LeadDraft, seen: &mut Seen) {
        let lead = match draft.checked() {
            Ok(lead) => lead,
            Err(problems) => {
                self.total += 1;
                self.skipped += 1;
                self.problems.extend(problems.0.into_iter().map(|p| RowProblem {
                    row,
                    field: p.field,
                    message: p.message,
                    left_out: true,
                }));
                return;
            }
        };
        let keys = keys(&lead);
        if let Some((field, first)) =
            keys.iter().find_map(|(field, key)| seen.rows.get(key).map(|first| (*field, *first)))
        {
            let what = if field == "phone" { "phone number" } else { "e-mail address" };
            return self.leave_out(row, field, format!("Row {first} has the same {what}."));
        }
        for (_, key) in keys {
            seen.rows.insert(key, row);
        }
        self.total += 1;
        self.rows.push((row, lead));
    }

    /// For a preview: how many rows would be taken in since the last call, and no more of them is kept than what there is to say.
    pub(crate) fn tally(&mut self) -> i64 {
        let good = i64::try_from(self.rows.len()).unwrap_or_default();
        self.rows.clear();
        self.problems.truncate(100);
        good
    }

    /// What there is to say about rows.
    pub(crate) fn said(self) -> Vec<RowProblem> {
        self.problems
    }

    /// Counts a row that becomes no lead, and says why.
    pub(crate) fn leave_out(&mut self, row: i64, field: &str, message: impl Into<String>) {
        self.total += 1;
        self.skipped += 1;
        self.problems.push(RowProblem { row, field: field.into(), message: message.into(), left_out: true });
    }

    /// Says something about a row that becomes a lead all the same.
    pub(crate) fn remark(&mut self, row: i64, field: &str, message: impl Into<String>) {
        self.problems.push(RowProblem { row, field: field.into(), message: message.into(), left_out: false });
    }
}

/// What a lead is recognised by: the field and its value.
fn keys(lead: &CheckedLead) -> Vec<(&'static str, String)> {
    let phone = lead.phone.as_ref().map(|p| ("phone", p.as_str().to_owned()));
    let email = lead.email.as_ref().map(|e| ("email", e.as_str().to_owned()));
    phone.into_iter().chain(email).collect()
}

/// Turns a batch into leads, in the caller's transaction, and reports.
pub(crate) async fn take_in(cx: &Cx, tx: &mut Tx, mut batch: Batch, seen: &mut Seen) -> Result<BulkResult> {
    let now = cx.now();
    let phones: Vec<String> = batch.rows.iter().filter_map(|(_, l)| l.phone.as_ref().map(Phone::to_string)).collect();
    let emails: Vec<String> = batch.rows.iter().filter_map(|(_, l)| l.email.as_ref().map(Email::to_string)).collect();
    let taken: HashSet<String> =
        db::leads::taken(tx, &phones, &emails).await?.into_iter().map(|(_, value)| value).collect();
    let suppressed: HashSet<String> = db::leads::suppressed(tx, &phones).await?.into_iter().collect();

    let mut new = Vec::with_capacity(batch.rows.len());
    let mut row_of = HashMap::new();
    for (row, lead) in std::mem::take(&mut batch.rows) {
        if let Some((field, _)) = keys(&lead).iter().find(|(_, key)| taken.contains(key)) {
            forget(seen, &lead, row);
            batch.total -= 1;
            batch.leave_out(row, field, if *field == "phone" { PHONE_TAKEN } else { EMAIL_TAKEN });
            continue;
        }
        let mut lead = with_consent_dated(lead, now);
        let mut status = LeadStatus::New;
        if lead.phone.as_ref().is_some_and(|p| suppressed.contains(p.as_str())) {
            status = LeadStatus::OptedOut;
            (lead.consent, lead.consent_at) = (false, None);
            batch.remark(row, "phone", "This number asked us to stop; the lead was made as opted out.");
        }
        let id = cx.new_id();
        row_of.insert(id, (row, lead.phone.is_some()));
        new.push(NewLead { id, lead, status });
    }
    let made: HashSet<LeadId> = if new.is_empty() {
        HashSet::new()
    } else {
        db::leads::insert_many(tx, &new, cx.user(), now).await?.into_iter().collect()
    };
    for lead in new.iter().filter(|n| !made.contains(&n.id)) {
        let (row, by_phone) = row_of.get(&lead.id).copied().unwrap_or_default();
        forget(seen, &lead.lead, row);
        batch.total -= 1;
        let (field, message) = if by_phone { ("phone", PHONE_TAKEN) } else { ("email", EMAIL_TAKEN) };
        batch.leave_out(row, field, message);
    }
    batch.problems.sort_by_key(|p| p.row);
    batch.problems.truncate(MAX_PROBLEMS);
    Ok(BulkResult {
        created: i64::try_from(made.len()).unwrap_or(i64::MAX),
        skipped: batch.skipped,
        total: batch.total,
        problems: batch.problems,
    })
}

/// A row that became no lead reserves nothing for later rows.
fn forget(seen: &mut Seen, lead: &CheckedLead, row: i64) {
    for (_, key) in keys(lead) {
        if seen.rows.get(&key) == Some(&row) {
            seen.rows.remove(&key);
        }
    }
}
