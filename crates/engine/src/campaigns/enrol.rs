//! Taking leads into a campaign: each once, in pieces, and with a reason for everybody who is left out.

use domain::access::Right;
use domain::campaign::{Audience, CampaignStatus};
use domain::event::EventKind;
use domain::id::{CampaignId, LeadId, RunId};
use domain::lead::{BulkResult, RowProblem};

use super::{CHUNK, activate, flow, get, go, release_late, start};
use crate::{Cx, Error, Result, events};

/// The most reasons that a report carries.
const MAX_PROBLEMS: usize = 500;

/// Takes an audience in. Runs of an active campaign begin at once, those of a draft or a paused one when it starts; a completed campaign
/// starts again, and is checked as at any start.
pub async fn enrol(cx: &Cx, id: CampaignId, audience: Audience) -> Result<BulkResult> {
    cx.may(Right::Write)?;
    audience.check().into_result()?;
    let mut tx = cx.write().await?;
    let campaign = db::campaigns::lock(&mut tx, id).await?.ok_or(Error::NotFound)?;
    let version = match (campaign.status, campaign.flow_version_id) {
        (CampaignStatus::Active | CampaignStatus::Paused, Some(version)) => version,
        _ => flow::freeze(cx, &mut tx, &campaign).await?,
    };
    let mut report = Report::default();
    let mut after: Option<LeadId> = None;
    loop {
        let found = db::audience::candidates(&mut tx, id, &audience, after, CHUNK as i64).await?;
        let Some(last) = found.last() else { break };
        after = Some(last.id);
        let mut fitting: Vec<(RunId, LeadId)> = Vec::with_capacity(found.len());
        for lead in &found {
            report.result.total += 1;
            let why = match lead {
                lead if lead.enrolled => "This lead is in the campaign already.",
                lead if lead.opted_out => "This lead asked us to stop.",
                lead if !lead.has_phone => "This lead has no phone number.",
                _ => {
                    fitting.push((cx.new_id(), lead.id));
                    continue;
                }
            };
            report.leave_out(format!("{why} ({})", lead.id));
        }
        let new = db::runs::insert_many(&mut tx, id, version, &fitting, cx.now()).await?;
        report.result.created += i64::try_from(new.len()).unwrap_or_default();
        report.result.skipped += i64::try_from(fitting.len() - new.len()).unwrap_or_default();
        if campaign.status == CampaignStatus::Active {
            go(cx, &mut tx, &new).await?;
        }
        if found.len() < CHUNK {
            break;
        }
    }
    report.account_for_missing(&audience);
    let restarted = campaign.status == CampaignStatus::Completed && report.result.created > 0;
    if report.result.created > 0 {
        events::record(cx, &mut tx, EventKind::CampaignEnrolled, id, &campaign.name).await?;
    }
    if restarted {
        start(cx, &mut tx, &campaign).await?;
    }
    tx.commit().await?;
    if restarted {
        release_late(cx, id).await?;
    }
    Ok(report.result)
}

#[derive(Default)]
struct Report {
    result: BulkResult,
}

impl Report {
    fn leave_out(&mut self, message: String) {
        self.result.skipped += 1;
        if self.result.problems.len() < MAX_PROBLEMS {
            self.result.problems.push(RowProblem {
                row: self.result.total,
                field: "lead".into(),
                message,
                left_out: true,
            });
        }
    }

    /// Named leads of whom nothing was found: unknown, deleted, named twice, or left by a narrower search.
    fn account_for_missing(&mut self, audience: &Audience) {
        let named = audience.lead_ids.as_ref().map_or(0, Vec::len);
        let missing = i64::try_from(named).unwrap_or(i64::MAX) - self.result.total;
        if missing <= 0 {
            return;
        }
        self.result.total += missing;
        self.result.skipped += missing;
        let message = format!("{missing} of the leads do not exist here, were named twice, or are not in the search.");
        self.result.problems.push(RowProblem {
            row: self.result.total,
            field: "lead_ids".into(),
            message,
            left_out: true,
        });
    }
}

/// What the Launch button does: takes an audience in, if there is one, and starts the campaign.
pub async fn launch(cx: &Cx, id: CampaignId, audience: Option<Audience>) -> Result<BulkResult> {
    let report = match audience {
        Some(audience) => enrol(cx, id, audience).await?,
        None => BulkResult::default(),
    };
    if get(cx, id).await?.status != CampaignStatus::Active {
        activate(cx, id).await?;
    }
    Ok(report)
}
