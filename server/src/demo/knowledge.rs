//! What the demo's agent knows: the documents of a made-up company (spec AGT-21, AGT-22).

use domain::id::AgentId;
use engine::Cx;

/// File name, category, text.
const DOCUMENTS: &[(&str, &str, &str)] = &[
    ("company-profile.md", "company", include_str!("knowledge/company-profile.md")),
    ("product-docs.md", "products", include_str!("knowledge/product-docs.md")),
    ("brand-voice.md", "brand voice", include_str!("knowledge/brand-voice.md")),
    ("escalation-rules.md", "escalation", include_str!("knowledge/escalation-rules.md")),
    ("sample-tickets.md", "tickets", include_str!("knowledge/sample-tickets.md")),
    ("discovery-log.md", "tickets", include_str!("knowledge/discovery-log.md")),
];

/// Gives an agent the documents; the worker reads them.
pub(super) async fn add(cx: &Cx, agent: AgentId) -> engine::Result<()> {
    for (name, category, text) in DOCUMENTS {
        engine::knowledge::add_file(cx, agent, name, category, text.as_bytes().to_vec()).await?;
    }
    Ok(())
}
