//! Advice on campaigns over HTTP: how one goes, which channels to use, whom to turn to first, and when to take the next step.

use axum::Json;
use domain::campaign::advice::Advised;
use domain::id::CampaignId;
use serde_json::{Value, json};
use utoipa_axum::routes;

use super::{ApiCx, ApiError, ApiPath, ApiRouter, ErrorBody};

/// The routes of this file.
pub fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(ask, last))
}

/// What advice looks like.
fn example() -> Value {
    json!({
        "advice": {
            "analysis": {
                "summary": "120 messages went to 80 people; 24 of them answered (30 %) and 2 asked us to stop.",
                "works": ["SMS: 20 of 80 messages were answered."],
                "fails": ["WhatsApp: 6 messages were not sent."],
                "action": "CONTINUE",
                "reason": "People answer, and few leave.",
                "confidence": 0.7
            },
            "channels": [
                { "tier": null, "shares": [
                    { "channel": "sms", "share": 70, "reason": "20 of 80 messages were answered (25 %)." },
                    { "channel": "whatsapp", "share": 30, "reason": "4 of 40 messages were answered (10 %)." }
                ] }
            ],
            "priorities": [
                { "lead_id": "led_019a8f5e1c7b7d2e9f00112233445566", "name": "Ada Larsen", "tier": "hot", "intent": "meeting_request",
                  "reason": "Wants to meet, and was not answered yet." }
            ],
            "timing": { "step": "n7", "weekdays": ["tuesday", "thursday"], "from_hour": 10, "to_hour": 13, "wait_hours": 24,
                "reason": "15 of 24 answers came between 10:00 and 13:00, where the people are." }
        },
        "reader": "model",
        "note": null,
        "model": { "provider": "openai", "model": "gpt-4.1-mini" },
        "cost_micros": 2_140,
        "latency_ms": 3_820,
        "sent": 120,
        "hours": [0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 6, 5, 4, 1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 0],
        "at": "2026-11-21T21:40:00Z"
    })
}

/// Asks the model of the campaign's agent for advice and keeps it: the campaign's analysis with a recommendation, the mix of channels, whom
/// to turn to first, and when to take the next step. It names only leads, channels and steps of the campaign. Nothing is changed by it.
/// With no model at hand the rules read the figures, and `reader` says so. 409: nothing was sent yet, no agent speaks for the campaign, or
/// the budget is used up; 502: the model's answer did not hold, twice.
#[utoipa::path(post, path = "/campaigns/{id}/advice", tag = "campaigns", operation_id = "ask_campaign_advice", params(("id" = CampaignId, Path)),
    responses((status = 200, body = Advised, example = json!(example())), (status = 409, body = ErrorBody), (status = 502, body = ErrorBody)))]
async fn ask(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<CampaignId>) -> Result<Json<Advised>, ApiError> {
    Ok(Json(engine::advice::ask(&cx, id).await?))
}

/// Gives the last advice on a campaign; nothing (`null`) when none was asked for yet.
#[utoipa::path(get, path = "/campaigns/{id}/advice", tag = "campaigns", operation_id = "last_campaign_advice", params(("id" = CampaignId, Path)),
    responses((status = 200, body = Option<Advised>, example = json!(example()))))]
async fn last(ApiCx(cx): ApiCx, ApiPath(id): ApiPath<CampaignId>) -> Result<Json<Option<Advised>>, ApiError> {
    Ok(Json(engine::advice::last(&cx, id).await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_is_one() {
        let advised: Advised = serde_json::from_value(example()).unwrap();
        assert_eq!(serde_json::to_value(&advised).unwrap(), example());
        assert_eq!(advised.hours.len(), 24);
    }
}
