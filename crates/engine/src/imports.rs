//! CSV imports: look at a file, take it in chunk by chunk, and report.
//!
//! Every chunk of rows is one transaction of leads, progress and news to live pages, so a crash loses nothing and repeats nothing:
//! the next run goes on behind the last chunk that was committed.

mod file;

use std::collections::{BTreeMap, HashMap};

use chrono::Duration;
use domain::access::Right;
use domain::event::EventKind;
use domain::id::{AgentId, ImportId};
use domain::job::Job;
use domain::lead::{self, BulkResult, ColumnMapping, Import, ImportPreview, ImportStatus, LeadDraft};
use domain::name;
use domain::phone::Phone;
use domain::text::Email;

use crate::leads::{Batch, Seen, take_in};
use crate::{Cx, Error, Result, events};

pub use file::{MAX_BYTES, MAX_ROWS};

/// Rows per transaction.
const CHUNK: usize = 1000;
/// A file of at most this many rows is taken in before the upload is answered; a longer one by the worker.
const AT_ONCE: i64 = 5_000;
/// When the worker looks after a file that should have been taken in at once: long past, unless the process died.
const LOOK_AFTER: Duration = Duration::minutes(2);
/// After this long a run hands over to the next one: well inside a job's lease, so that no second worker joins in.
const STINT: std::time::Duration = std::time::Duration::from_secs(20);

/// Looks at a file: what its columns seem to be, and whether it could be taken in. A file that is no table is refused.
pub fn preview(bytes: &[u8], mapping: Option<ColumnMapping>) -> Result<ImportPreview> {
    look(bytes, mapping, true)
}

/// The same; rows are only judged one by one when `judge` says so.
fn look(bytes: &[u8], mapping: Option<ColumnMapping>, judge: bool) -> Result<ImportPreview> {
    let decoded = file::decode(bytes)?;
    let mut rows = file::Rows::new(&decoded.text)?;
    let heading = std::mem::take(&mut rows.heading);
    let mapping = mapping.unwrap_or_else(|| guess_mapping(&decoded.text, &heading));
    let mut problems = file::check_mapping(&mapping, &heading);
    let (mut total, mut first, mut numbers) = (0, Vec::new(), Vec::new());
    let (mut good, mut batch, mut seen) = (0, Batch::default(), Seen::default());
    let judge = judge && problems.is_empty();
    let reader = Reader { mapping: &mapping, columns: heading.len(), agents: None, consent_source: String::new() };
    for note in decoded.notes {
        batch.remark(0, "file", note);
    }
    let stray = rows.stray_quotes();
    for (row, record) in rows {
        total += 1;
        if judge {
            remark_on_quotes(row, &stray, &mut batch);
            let draft = reader.draft(row, &record, &mut batch);
            batch.add(row, &draft, &mut seen);
            good += batch.tally();
        }
        if first.len() < 5 {
            numbers.push(row);
            let cell = |i| record.get(i).unwrap_or_default().chars().take(120).collect();
            first.push((0..heading.len()).map(cell).collect());
        }
    }
    if total == 0 {
        problems.add("file", "The file has a heading but no rows.");
    }
    if total > MAX_ROWS {
        problems
            .add("file", format!("The file has {total} rows; at most {MAX_ROWS} can be taken in at once. Split it."));
    }
    let marks = batch.said();
    Ok(ImportPreview { heading, mapping, rows: first, numbers, total, good, marks, problems })
}

/// What the columns seem to be, by their headings; a phone column that no heading tells is told by what stands in it.
fn guess_mapping(text: &str, heading: &[String]) -> ColumnMapping {
    let mut mapping = lead::guess_mapping(heading);
    if mapping.iter().any(|(field, _)| field == "phone") {
        return mapping;
    }
    let Ok(rows) = file::Rows::new(text) else { return mapping };
    let rows: Vec<_> = rows.take(20).map(|(_, record)| record).collect();
    let holds_phones = |column: usize| {
        let cells: Vec<_> =
            rows.iter().filter_map(|r| r.get(column)).map(str::trim).filter(|c| !c.is_empty()).collect();
        cells.len() * 2 > rows.len()
            && cells.iter().filter(|cell| looks_like_a_phone(cell)).count() * 10 >= cells.len() * 9
    };
    let free = (0..heading.len()).filter_map(|i| Some((i, u32::try_from(i).ok()?)));
    let found = free
        .filter(|(_, c)| !mapping.iter().any(|(_, taken)| taken == c))
        .find(|(i, _)| !looks_like_a_phone(&heading[*i]) && holds_phones(*i));
    mapping.extend(found.map(|(_, column)| ("phone".to_owned(), column)));
    mapping
}

/// A cell that can hardly be anything else: a `+` or a leading zero, then enough digits and the signs between them.
fn looks_like_a_phone(cell: &str) -> bool {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    cell.starts_with(['+', '0', '('])
        && (7..=15).contains(&digits)
        && !cell.chars().any(|c| c.is_alphabetic() || matches!(c, ',' | ':'))
}

/// One import with its report so far, or `NotFound`.
pub async fn get(cx: &Cx, id: ImportId) -> Result<Import> {
    let mut tx = cx.read().await?;
    db::imports::find(&mut tx, id).await?.ok_or(Error::NotFound)
}

/// Stores a file and takes it in: a short one at once, a long one by the worker.
pub async fn start(cx: &Cx, file_name: &str, bytes: Vec<u8>, mapping: Option<ColumnMapping>) -> Result<Import> {
    cx.may(Right::Write)?;
    // Splitting a large file takes a good part of a second; other requests must not wait for it.
    let read = move || -> Result<(ImportPreview, Vec<u8>)> {
        let seen = look(&bytes, mapping, false)?;
        let content = file::decode(&bytes)?.text.into_owned().into_bytes();
        Ok((seen, content))
    };
    let (seen, content) = tokio::task::spawn_blocking(read).await.map_err(Error::internal)??;
    seen.problems.into_result()?;

    let (id, now) = (cx.new_id(), cx.now());
    let at_once = seen.total <= AT_ONCE;
    let mut tx = cx.write().await?;
    let import = db::imports::NewImport {
        file_name: &shown_name(file_name),
        content: &content,
        mapping: &seen.mapping,
        total: seen.total,
    };
    db::imports::insert(&mut tx, id, import, cx.user(), now).await?;
    let run_at = if at_once { now + LOOK_AFTER } else { now };
    db::jobs::enqueue(&mut tx, cx.new_id(), &Job::Import { import_id: id }, run_at, now).await?;
    tx.commit().await?;
    if at_once {
        run(cx, id).await?;
    }
    get(cx, id).await
}

/// A file's name as it is kept: without a path or control characters, not too long.
fn shown_name(file_name: &str) -> String {
    let last = file_name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control()).take(100).collect();
    if name.trim().is_empty() { "leads.csv".into() } else { name }
}

/// Takes an import in, from where the last run got. Safe to run twice, also at the same time: each chunk holds the import's row.
pub async fn run(cx: &Cx, id: ImportId) -> Result<()> {
    let mut tx = cx.read().await?;
    let (Some(import), Some(source)) = (db::imports::find(&mut tx, id).await?, db::imports::source(&mut tx, id).await?)
    else {
        return Err(Error::NotFound);
    };
    let agents = Agents::new(db::leads::agents(&mut tx).await?);
    drop(tx);
    if matches!(import.status, ImportStatus::Done | ImportStatus::Failed) {
        return Ok(());
    }
    // It was decoded before it was stored, so this is ours, too.
    let Ok(text) = String::from_utf8(source.content) else {
        return give_up(cx, id, "The file as it was kept is not text. Upload it again.").await;
    };
    let mut rows = match file::Rows::new(&text) {
        Ok(rows) => rows,
        // It was checked before it was stored, so this is ours; trying again would not help.
        Err(problems) => return give_up(cx, id, &problems.to_string()).await,
    };
    let reader = Reader {
        mapping: &source.mapping,
        columns: std::mem::take(&mut rows.heading).len(),
        agents: Some(&agents),
        consent_source: format!("csv:{}", import.file_name),
    };
    let stray = rows.stray_quotes();
    let mut rows = rows.peekable();
    let (mut at, mut seen) = (0, Seen::default());
    let begun = std::time::Instant::now();
    loop {
        let mut tx = cx.write().await?;
        let Some((status, processed)) = db::imports::lock(&mut tx, id).await? else { return Err(Error::NotFound) };
        if matches!(status, ImportStatus::Done | ImportStatus::Failed) {
            return Ok(());
        }
        while at < processed && rows.next().is_some() {
            at += 1;
        }
        let mut batch = Batch::default();
        let before = at;
        for (row, record) in rows.by_ref().take(CHUNK) {
            at += 1;
            remark_on_quotes(row, &stray, &mut batch);
            let draft = reader.draft(row, &record, &mut batch);
            batch.add(row, &draft, &mut seen);
        }
        let result = take_in(cx, &mut tx, batch, &mut seen).await?;
        let done = rows.peek().is_none();
        let status = if done { ImportStatus::Done } else { ImportStatus::Running };
        db::imports::progress(&mut tx, id, status, at - before, &result, cx.now()).await?;
        announce(cx, &mut tx, id, done, &import, &result).await?;
        let hand_over = !done && begun.elapsed() > STINT;
        if hand_over {
            let now = cx.now();
            db::jobs::enqueue(&mut tx, cx.new_id(), &Job::Import { import_id: id }, now, now).await?;
        }
        tx.commit().await?;
        if done || hand_over {
            return Ok(());
        }
    }
}

/// Live pages hear of every chunk, the activity feed of the end.
async fn announce(
    cx: &Cx,
    tx: &mut db::Tx,
    id: ImportId,
    done: bool,
    import: &Import,
    result: &BulkResult,
) -> Result<()> {
    if result.created > 0 {
        events::note(tx, EventKind::LeadCreated, id);
    }
    if done {
        events::record(cx, tx, EventKind::LeadsImported, id, &import.file_name).await
    } else {
        events::note(tx, EventKind::LeadsImported, id);
        Ok(())
    }
}

async fn give_up(cx: &Cx, id: ImportId, why: &str) -> Result<()> {
    let mut tx = cx.write().await?;
    db::imports::fail(&mut tx, id, why, cx.now()).await?;
    events::note(&mut tx, EventKind::LeadsImported, id);
    tx.commit().await?;
    Ok(())
}

/// The workspace's agents, by what a file may call them.
struct Agents {
    by_word: HashMap<String, AgentId>,
}

impl Agents {
    fn new(agents: Vec<(AgentId, String)>) -> Self {
        let by_word =
            agents.into_iter().flat_map(|(id, name)| [(id.to_string(), id), (name.to_lowercase(), id)]).collect();
        Self { by_word }
    }

    fn find(&self, word: &str) -> Option<AgentId> {
        self.by_word.get(word).or_else(|| self.by_word.get(&word.to_lowercase())).copied()
    }
}

/// Turns cells into a lead.
struct Reader<'a> {
    mapping: &'a ColumnMapping,
    /// How many columns the heading has.
    columns: usize,
    /// None in a preview, which asks no database.
    agents: Option<&'a Agents>,
    consent_source: String,
}

impl Reader<'_> {
    /// Reads one row. An agent that is not known is remarked on; the lead is made without one, since nobody is to lose a contact over it.
    fn draft(&self, row: i64, record: &csv::StringRecord, batch: &mut Batch) -> LeadDraft {
        let mut draft = LeadDraft::default();
        let (mut first, mut last) = (String::new(), String::new());
        let country = self.mapping.iter().find(|(field, _)| field == lead::COUNTRY_CODE).map_or(1, |(_, code)| *code);
        self.remark_on_columns(row, record, batch);
        for (field, column) in self.mapping.iter().filter(|(field, _)| field != lead::COUNTRY_CODE) {
            let cell = usize::try_from(*column).ok().and_then(|i| record.get(i)).unwrap_or_default().trim();
            match field.as_str() {
                "name" => draft.name = one_line(&name::turned(cell)),
                "first_name" => first = one_line(cell),
                "last_name" => last = one_line(cell),
                "phone" => draft.phone = Some(Phone::typed(cell, country).map_or_else(|_| cell.into(), String::from)),
                "email" => draft.email = Some(cell.to_owned()),
                "company" => draft.company = one_line(cell),
                "title" => draft.title = one_line(cell),
                "industry" => draft.industry = one_line(cell),
                "location" => draft.location = one_line(cell),
                "source" => draft.source = one_line(cell),
                "notes" => draft.notes = cell.to_owned(),
                "consent" => {
                    draft.consent = lead::consent_of(cell).unwrap_or_else(|| {
                        let said = format!("\"{}\" is neither yes nor no: it counts as no consent.", short(cell));
                        batch.remark(row, "consent", said);
                        false
                    });
                }
                "assigned_agent" if !cell.is_empty() => {
                    let Some(agents) = self.agents else { continue };
                    draft.assigned_agent = agents.find(cell);
                    if draft.assigned_agent.is_none() {
                        let said = format!("There is no agent called \"{}\"; the lead has none.", short(cell));
                        batch.remark(row, "assigned_agent", said);
                    }
                }
                _ => {}
            }
        }
        keep_with_one_address(row, &mut draft, batch);
        if draft.name.is_empty() {
            draft.name = format!("{first} {last}").trim().to_owned();
        }
        if !draft.name.is_empty() && name::first_name(&draft.name).is_empty() {
            let said = format!(
                "\"{}\" does not begin with a first name: this person is not greeted by name.",
                short(&draft.name)
            );
            batch.remark(row, "name", said);
        }
        if draft.consent {
            draft.consent_source.clone_from(&self.consent_source);
        }
        draft
    }

    /// A row that has more cells than the heading, or none in a column that is used, may have slipped.
    fn remark_on_columns(&self, row: i64, record: &csv::StringRecord, batch: &mut Batch) {
        let (cells, columns) = (record.len(), self.columns);
        if record.iter().skip(columns).any(|cell| !cell.trim().is_empty()) {
            let said = format!(
                "The row has {cells} cells, the heading {columns}: the rest is left out. Is a comma without quotes?"
            );
            batch.remark(row, "row", said);
        }
        let used = |(field, column): &(String, u32)| {
            field != lead::COUNTRY_CODE && usize::try_from(*column).is_ok_and(|column| column >= cells)
        };
        if self.mapping.iter().any(used) {
            let said = format!("The row has {cells} cells, the heading {columns}: the missing ones count as empty.");
            batch.remark(row, "row", said);
        }
    }
}

fn remark_on_quotes(row: i64, stray: &BTreeMap<i64, usize>, batch: &mut Batch) {
    if let Some(line) = stray.get(&row) {
        let said = format!(
            "In line {line} of the file a quotation mark is opened and not closed: the line was read as it stands."
        );
        batch.remark(row, "row", said);
    }
}

/// Somebody with one good address is taken in without the bad one, and it is said. With none, the row says what is wrong with each.
fn keep_with_one_address(row: i64, draft: &mut LeadDraft, batch: &mut Batch) {
    let phone = draft.phone.take().filter(|text| !text.trim().is_empty());
    let email = draft.email.take().filter(|text| !text.trim().is_empty());
    let good_phone = phone.as_ref().map(|text| Phone::typed(text, 1));
    let good_email = email.as_ref().map(|text| Email::parse(text));
    let (bad, rest) = match (&good_phone, &good_email) {
        (Some(Ok(_)), Some(Err(why))) => (("email", why), (phone, None)),
        (Some(Err(why)), Some(Ok(_))) => (("phone", why), (None, email)),
        _ => {
            (draft.phone, draft.email) = (phone, email);
            return;
        }
    };
    let (field, why) = bad;
    batch.remark(row, field, format!("{why} The person came in without it."));
    (draft.phone, draft.email) = rest;
}

/// The beginning of a cell, for a sentence about it.
fn short(cell: &str) -> String {
    cell.chars().take(60).collect()
}

/// A cell with line breaks, such as an address, as one line.
fn one_line(cell: &str) -> String {
    cell.split(['\n', '\r', '\t']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
