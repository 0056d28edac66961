//! The rules that read a reply: opt-outs (which `keyword` decides) and machines first, then what people want. Seven languages, no model.

use std::sync::LazyLock;

use super::{Analysis, Intent, Reader, signs, suggest};
use crate::keyword::{Keyword, keyword};
use crate::sentiment;
use crate::words::{Patterns, Text};

/// An intent, its patterns, and how sure they are.
struct Rule {
    intent: Intent,
    confidence: f64,
    words: Patterns,
    reasoning: &'static str,
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    let rule =
        |intent, confidence, reasoning, words| Rule { intent, confidence, words: Patterns::parse(words), reasoning };
    vec![
        rule(
            Intent::OutOfOffice,
            0.95,
            "says that they are away",
            "
out of ?the office
out of town until|till
on|currently|am ?on annual|parental|maternity|paternity|sick leave
away from my|the desk|office|mail|keyboard ?until|till
on vacation|holiday|holidays|leave until|till|from|through
back in the office
will return ?to ?the ?office ?on monday|january|february|march|april|june|july|august
limited access to ?my email|emails|mail|messages
abwesenheit*
nicht im|am buro|arbeitsplatz|haus
bin|im ?bis|derzeit|zurzeit ?im urlaub bis|vom|und
absent|absente du|jusqu*|au
en conges|vacances jusqu*|du
fuera de la oficina
estoy|de de vacaciones hasta
fora do escritorio
de ferias ate
fuori ufficio|sede
in ferie fino
afwezig*
met|op vakantie tot
",
        ),
        rule(
            Intent::AutoReply,
            0.93,
            "reads like the answer of a machine",
            "
this is an|a automated|automatic|automatically
automatic|automated|auto reply|response|message|answer
do not|dont reply to this
driving with
im|am driving right now
thank ?you|u for contacting|reaching|messaging ... we will|shall|ll|aim|respond|reply|get|business|hours
your message has been|was received
we have received your|the message|request|enquiry|inquiry
ticket|case has been created|opened
mailbox|inbox is|not full|monitored
number is not monitored|attended
automatische antwort|nachricht
diese nachricht wurde automatisch
reponse automatique
respuesta|mensaje automatica|automatico
resposta|mensagem automatica
risposta|messaggio automatica|automatico
automatisch antwoord|bericht
",
        ),
        rule(
            Intent::NotInterested,
            0.88,
            "turns it down",
            "
not|no|isnt|never ?really|longer|at|currently|all interested|interest
dont|do|no ?not need|want ?any|it|this|your|that ?anymore
no thanks|thank|thx|ty
not|isnt ?really ?a for|right|good me|us|now|fit|time
we|i ?already have|use|using|chose|went|bought ?a|one|with ?another|someone|provider|something
ill|i|we|well ?will pass
maybe|not another|this time
not now
wrong number|person
kein ?grosses interesse|bedarf
nicht interessiert|interessant
nein danke
pas|aucun ?du ?tout interesse*|interet|besoin
non merci
no me|nos interesa
no gracias
no estoy|estamos interesad*
nao ?me|estou|tenho|temos interess*
nao obrigado|obrigada
non mi|ci|sono interess*
no grazie
geen interesse|behoefte
niet geinteresseerd
nee dank*|bedankt
",
        ),
        rule(
            Intent::MeetingRequest,
            0.88,
            "wants to meet or to be called",
            "
can|could|lets|let|shall|should|id|want|would|like|please|happy|free ... meet|meeting|call|appointment|demo|chat|viewing|tour|visit|zoom ... monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|today|week|morning|afternoon|am|pm|#
book|schedule|arrange|set|make|plan|want|need .. meeting|call|appointment|demo|viewing|tour|visit|slot|session
lets|can|could|shall ?we|you ?we meet|talk|chat|speak
call me|back ?me|back ?on|at|tomorrow|today|monday|tuesday|wednesday|thursday|friday|later|after|before|tonight|this|next
what|which|whats time|times|day|slot|slots ... work*|suit*|available|free|good
love|like|want|happy to|a ?have|see|get|book ?a demo|meeting|call|tour|viewing
are you free|available
does|would|how|is ?about monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow ... work|suit|okay|ok|fine|good|possible
monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|today ... works|suits ?for ?me
see you ?on|at|then ?on monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|there
termin ... ?vereinbaren|machen|ausmachen|am|um|passt
termin|treffen|besichtigung vereinbaren
konnen|wollen wir ?uns treffen|telefonieren
rufen sie mich|uns
ruf mich
rendez vous
on se|peut ?se voit|voir|rappel*|appelle
appelez|rappelez moi
podemos|podriamos ... reunir*|hablar|vernos|llamar
una|agendar|concertar ?una cita|reunion|llamada|visita
llamame|llameme
podemos ... reunir|conversar|encontrar|marcar
marcar|agendar ?uma reuniao|visita|chamada|conversa
me liga|ligue
possiamo ... vederci|sentirci|incontrar*
fissare|prendere|prenotare ?un|una appuntamento|incontro|visita|chiamata
mi chiami|chiamate
afspraak
kunnen we ?elkaar bellen|afspreken|spreken
bel me|mij
",
        ),
        rule(
            Intent::Interested,
            0.85,
            "wants more of it",
            "
?im|am|very|definitely|really|we|re|are interested
tell me|us ?a ?bit more
sounds good|great|interesting|nice|perfect|amazing|lovely
love|like to know|learn|hear|see more
send|share|forward ?me|us|over|it|the|some ?the|some|more|your details|info|information|brochure|link|it|more|photos|pictures|documents
sign me|us up
count me in
im in
yes please|sure|definitely|absolutely|id|i|interested|send|that|tell
^ yes|yeah|yep|yup|sure|ok|okay|definitely|absolutely|please|great|perfect $
lets do it
ja ?bitte|gerne|gern|interess*|klar
^ ja|gerne|klar|oui|si|sim|perfecto|perfeito|perfetto|vale|va|bien|graag|volontiers|prima ?bene|sur $
interessiert ?mich
mehr infos|informationen|erfahren
klingt gut|interessant|spannend
ca|cela m interesse
je|suis interesse|interessee
oui ?avec|s plaisir|il|merci|volontiers
en savoir plus
me|nos interesa
mas informacion|info|detalles
si ?por|me favor|interesa|gracias
tenho|estou interesse|interessado|interessada
mais informacoes|detalhes|info
sim ?por|quero favor|obrigado
mi interessa
sono interessato|interessata
maggiori informazioni|dettagli
si ?grazie|certo
ja graag
meer info|informatie|weten
ik ben geinteresseerd
klinkt goed|interessant
",
        ),
    ]
});

static QUESTION: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
^ ?hi|hello|hey|so|and|ok ?there what|when|where|which|who|why|how|can|could|do|does|is|are|will|would|may|have|has
^ was|wann|wo|welche*|wer|warum|wie|kann|konnen|gibt|ist|haben|hat
^ que|quoi|quand|ou|quel*|qui|pourquoi|comment|est|avez|peut|puis
^ cuando|donde|cual*|quien|por|como|puede*|tiene*|hay
^ quando|onde|qual|quem|como|pode|tem|ha
^ quando|dove|quale|chi|perche|come|puo|avete|c
^ wat|wanneer|waar|welke|wie|waarom|hoe|kan|is|hebben
",
    )
});

/// Reads a reply by rules. What they are sure of needs no model; everything else comes back with a low confidence.
pub fn read(raw: &str) -> Analysis {
    let text = Text::read(raw);
    if keyword(raw) == Some(Keyword::Stop) {
        return analysis(raw, &text, Intent::Unsubscribe, 1.0, "asks never to be written to again".into());
    }
    for rule in RULES.iter() {
        if let Some(said) = rule.words.quote(&text) {
            // Wishes with a question mark are more often questions about them.
            let asked = text.is_question() && rule.intent == Intent::Interested;
            let confidence = if asked { 0.55 } else { rule.confidence };
            return analysis(raw, &text, rule.intent, confidence, format!("“{said}” {}", rule.reasoning));
        }
    }
    if text.is_question() || QUESTION.is_in(&text) {
        return analysis(raw, &text, Intent::Question, 0.8, "it asks something".into());
    }
    let (intent, why) = match sentiment::score(&text) {
        score if score > 55 => (Intent::Interested, "nothing certain, but it sounds friendly"),
        score if score < 45 => (Intent::NotInterested, "nothing certain, but it sounds unfriendly"),
        _ => (Intent::Question, "nothing certain was found"),
    };
    analysis(raw, &text, intent, 0.4, why.into())
}

fn analysis(raw: &str, text: &Text, intent: Intent, confidence: f64, reasoning: String) -> Analysis {
    let score = sentiment::score(text);
    let entities = signs::entities(raw, text);
    Analysis {
        suggestions: suggest::replies(intent, text.language()),
        mood: signs::mood(text, intent, score, &entities),
        intent,
        confidence,
        reasoning,
        reader: Reader::Rules,
        entities,
    }
}
