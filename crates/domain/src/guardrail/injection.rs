//! Orders to the model inside a message. They are shown, and change nothing: tools and rules do not depend on what a message says.

use std::sync::LazyLock;

use crate::words::{Patterns, Text};

static ORDERS: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
ignore|disregard|forget|override|bypass|skip ?all ?of ?the|your|any|everything|these|what ?you ?were ?previous|prior|earlier|above ?told rules|instructions|guardrails|prompt|orders|directions|guidelines|told
ignore|disregard|forget ... instructions|rules|guardrails|prompt|told
you are now
act|behave as ?a|an|if|my|the
pretend ?that ?to ?you ?are|have|be
developer|debug|god|admin|jailbreak|dan mode
admin override
system prompt|message
your|the|print|reveal|show|repeat ... prompt|instructions
repeat|print|reveal|show ... above|system|verbatim|instructions|prompt
new instructions|rules
system ?set|you|new ... to|are|now|mode
do not|dont escalate
call|use|invoke|run|execute .. tool|function|escalate|webhook
escalate to human with
begin|end admin|system|override
as ?a|the|your developer|administrator|admin|system i
assistant sure
forbidden to
vergiss|ignoriere ... anweisungen|regeln|befehle|anweisung
ignor* ... instrucciones|instrucoes|instructions|istruzioni|instructies|reglas|regras|regole|regels|consignes
oublie* ... instructions|consignes|regles
olvida ... instrucciones|reglas
dimentica ... istruzioni|regole
vergeet ... instructies|regels
",
    )
});

/// The words that give the model orders, if any do.
pub(super) fn find(text: &Text) -> Option<String> {
    ORDERS.quote(text)
}
