//! What an answer says that somebody does or did: hands over, will be in touch, booked, will be silent. Such words may only be sent when it
//! is so. Seven languages, like the other rules. Not here: what really happened (`Facts`), what follows (`decide`).

use std::sync::LazyLock;

use crate::words::{Patterns, Text};

/// What an answer says about deeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// That a human was told, or will be in touch.
    HandOver,
    /// That something was done: booked, changed, sent.
    Done,
    /// That the person will hear no more.
    Silence,
}

/// The first claim of a text, the gravest first, with its words. One that stands in a passage is what the company says of itself.
pub fn claim(answer: &str, passages: &str) -> Option<(Claim, String)> {
    let text = Text::read(answer);
    let known = Text::read(passages);
    let mut spent = vec![false; text.words().len()];
    NO_CLAIM.spend(&text, &mut spent);
    let all = [(Claim::Silence, &SILENCE), (Claim::Done, &DONE), (Claim::HandOver, &HAND_OVER)];
    all.into_iter().find_map(|(claim, words)| {
        let (from, to) = words.find(&text, &spent)?;
        let said = text.quote(from, to);
        known.find(&Text::read(&said)).is_none().then_some((claim, said))
    })
}

/// Questions, offers and conditions.
static NO_CLAIM: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
shall|should|may|can|could|might|do|does|did|would|is|are|has|have|was|were i|we|someone|somebody|anyone|you|your|our|a|my|the colleague|team|appointment|booking|order|reservation
shall|should|may|can|could|might|would i|we|someone|somebody|you
if|whether|once|when|whenever|until|unless|before|as ?soon ?as you|your|i|we|a|the|our|its|it|that|this|someone ... will|ill|well|is|are|has|have|been|was|were|can booked|confirmed|scheduled|reserved|cancelled|canceled|registered|sent|processed|forward|pass|send|call|get|book
if|whether|once|when|whenever|until|unless|before you|your|i|we|the|a|it .. is|are|has|have|been|was|were ?been booked|confirmed|scheduled|reserved|cancelled|canceled|registered|sent|processed
if you ... i|we|ill|well|id ?will|can|would
stop|stopp and|then|to .. you|youll|we|i|well|ill|our
if|when|unless|should you ... no ?more|further messages|texts|calls|emails|contact
no ?more|further messages|texts|calls|emails|contact ?from ?us|me reply|write|answer|text|send|just
you ?can|could|would like|want me|us to
soll|kann|darf|konnte|mochten ich|wir|sie|du
wenn|sobald|falls sie|du|ihr|ihre|der|die|das|ich|wir ... ist|wird|gebe|leite|melde
si|quand|lorsque|des vous|votre|je|nous ... est|transmets|rappelle
puis|peux|pouvons|voulez je|nous|vous
puedo|podemos|quiere|desea que
posso|podemos|quer|deseja que
posso|possiamo|vuole che
zal|kan|mag ik|we|wij
als|zodra|wanneer u|je|uw|de|ik ... is|wordt|geef
",
    )
});

static SILENCE: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
you|youll ?will|shall wont|not|never|no ?longer ?longer ?be hear|hearing ?anything ?any ?more from us|me|our ?team
you|youll ?will|shall wont|not|never|no ?longer ?longer ?be contacted|messaged|texted|called|bothered|emailed|disturbed
you|youll ?will|shall wont|not|never|no ?longer ?longer receive|get ?any ?more|further|other messages|texts|message|text|calls|emails|sms|communications|notifications
you|youll ?will|shall receive|get|hear no|nothing ?more|further ?messages|texts|calls|emails|from ?us|me
i|we|well|ill|ive|weve ?will|shall|do wont|not|never ?ever contact|text|message|write|call|bother|disturb|email|send|reach|trouble ?out ?to ?you ?any ?messages ?about ?this again|anymore|further
i|we|well|ill ?will no longer contact|text|message|write|call|bother|disturb|email|send|reach
i|we|ill|well|im|were|ive|weve ?will|am|are|have|shall ?just|already|now|hereby|gladly remove|removed|removing|unsubscribe|unsubscribed|unsubscribing|take|taken|taking|delete|deleted|deleting|opt|opted ?out you|your ?phone ?number|name|details|contact ?off|from|out
youre|youve|you|your ?phone ?number|name|contact ?has|have|are|is ?been|now|already ?been|now unsubscribed|removed|deleted|opted
consider yourself|your ?number unsubscribed|removed|deleted|opted
i|we|ill|well|ive|weve|im|were ?will|have|are|am ?now|hereby stop|stopped|stopping|cease texting|messaging|contacting|writing|calling|sending|bothering
no ?more|further messages|texts|calls|emails|contact from us|me|our
no ?more|further messages|texts|calls|emails|contact ?from ?us|me will be|come|follow|go
this|that is|was|will ?be ?the|our|my last|final message|text
sie|du horen|hort|erhalten|bekommen|horst|erhaltst|bekommst ... nichts|keine|keinerlei .. mehr
wir|ich werden|werde|melden|schreiben|kontaktieren|rufen ... nicht|nie mehr|wieder
wir|ich habe|haben .. aus .. verteiler|liste|datenbank entfernt|geloscht|genommen|gestrichen
sie|du sind|wurden|bist|wurdest ?nun|jetzt abgemeldet|ausgetragen|entfernt|geloscht
vous ne|n recevrez|serez|aurez|entendrez ... plus
nous|je|on ne|n vous|t te ?re contacter*|recontacter*|ecrir*|appeller*|derangerons|derangerai|enverr* plus
vous avez|etes ?bien ete desinscrit*|desabonne*|retire*
no|ya le|te|lo|volvera|recibira*|volveremos|volvere|contactaremos|molestaremos|escribiremos|llamaremos ... mas|contactar*|molestar*|escribir*|llamar*|nosotros|mensajes
ha|has|hemos|he sido|dado|eliminado .. baja|eliminad*|lista
nao receber*|voltaremos|entraremos|vamos|voce ... mais
voce foi removid*|descadastrad*|descadastro
non ricever*|ti|la|le|vi ... contatter*|scriver*|chiamer*|disturber*|messaggi piu|altri
e|sei|stato|stata stato|stata|cancellat* cancellat*|rimoss*|disiscritt*
u|je ontvangt|hoort|krijgt ... meer
we|wij|ik zullen|zal|nemen|bellen|schrijven|sturen ... niet|geen ... meer
u|je bent ?nu uitgeschreven|afgemeld|verwijderd
",
    )
});

static DONE: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
i|we|ive|weve ?have ?just|already|now|successfully|also|gone ?ahead ?and booked|scheduled|reserved|rescheduled|cancelled|canceled|confirmed|arranged|registered|emailed|updated|changed|ordered|placed|processed|submitted|activated|applied|logged|filed|requested|issued|refunded|transferred|charged|blocked|unlocked|reset
i|we|ive|weve ?have ?just|already|now|successfully|also ?gone ?ahead ?and sent|added|put|saved|moved|entered|signed|noted|created|opened you|your|it|that|this|the|a|an
i|we|ive|weve ?have set|got|put ?up you|your|it|everything ?all ?up|down ?in ?for
youre|you ?are ?now|all|already|officially booked|scheduled|registered|signed|set|confirmed|enrolled ?in|for|up|on
you|youll ?have been booked|scheduled|registered|confirmed|enrolled|charged|refunded
your|the|this|that|it ?new ?own .. is|has|have|are|was ?now|been|all|already|officially|successfully ?been|now booked|confirmed|scheduled|reserved|rescheduled|cancelled|canceled|registered|placed|processed|updated|changed|approved|activated|submitted|sent
its|thats ?now|all|been|already booked|confirmed|scheduled|reserved|cancelled|canceled|done|arranged|sorted
booking|appointment|reservation confirmed|booked
consider it done
booked|scheduled|reserved|rescheduled|cancelled|confirmed see|looking|your|for
all|youre set see|for|youre|your|and
^ ?all|ok|okay|great|perfect|done|yes booked|scheduled|reserved|rescheduled|confirmed|arranged $
ich|wir habe|haben ... gebucht|reserviert|eingetragen|vereinbart|storniert|bestatigt|geschickt|gesendet|angelegt|geandert|verschoben|veranlasst
ihr|dein|der|ihre|deine|die termin|buchung|reservierung|bestellung|besichtigung|tisch|anfrage ist|wurde|sind ... gebucht|bestatigt|reserviert|eingetragen|storniert|vereinbart|verschoben|bearbeitet
sie sind|wurden ... gebucht|angemeldet|eingetragen
j ai|avons ?bien ... reserve|confirme|planifie|annule|envoye|enregistre|programme|modifie
nous avons ?bien ... reserve|confirme|planifie|annule|envoye|enregistre|programme|modifie
votre|le|la rendez|reservation|visite|commande|demande ?vous .. est|a ?ete ?bien confirme*|reserve*|enregistre*|annule*|planifie*|traite*
he|hemos|ha ?sido ?ya reservado|agendado|confirmado|cancelado|enviado|programado|registrado|cambiado|apuntado
su|tu|la cita|reserva|visita|pedido|reunion .. esta|ha|queda|fue ?sido confirmad*|reservad*|agendad*|cancelad*|programad*|registrad*
eu|nos|ja ?ja agendei|reservei|confirmei|marquei|cancelei|enviei|agendamos|reservamos|confirmamos|marcamos|cancelamos|enviamos
agendei|reservei|confirmei|marquei|cancelei
sua|seu|a|o consulta|reserva|visita|reuniao|agendamento|pedido .. esta|foi confirmad*|reservad*|agendad*|marcad*|cancelad*
ho|abbiamo ?gia prenotato|confermato|fissato|cancellato|annullato|inviato|registrato|spostato|riservato
il|la|suo|sua|tuo|tua appuntamento|prenotazione|visita|ordine .. e ?stato|stata confermat*|prenotat*|fissat*|cancellat*|annullat*
ik|we|wij heb|hebben ... geboekt|gereserveerd|ingepland|bevestigd|geannuleerd|verstuurd|gestuurd|geregeld|verzet
uw|je|de afspraak|boeking|reservering|bezichtiging|bestelling .. is|staat ... bevestigd|geboekt|ingepland|gereserveerd|geannuleerd|gepland
",
    )
});

static HAND_OVER: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
i|we|ill|well|im|were|ive|weve|id ?am|are|will|have|shall ?now|just|already|gladly|also|happily|immediately|be ?going ?to pass|passed|passing|hand|handed|handing|put|putting ?you|it|this|that|your ... on|over|along|through|to
i|we|ill|well|im|were|ive|weve ?am|are|will|have|shall ?now|just|already|gladly|also|happily|immediately|be ?going ?to forward|forwarded|forwarding|transfer|transferred|transferring|escalate|escalated|escalating|refer|referred|referring|connect|connected|connecting|route|routed|routing|relay|relayed|relaying|redirect|redirected|redirecting|loop|looped|looping
i|we|ill|well|im|were|ive|weve ?am|are|will|have|shall ?now|just|already|gladly|also|be ?going ?to ask|asked|asking|tell|told|telling|inform|informed|informing|notify|notified|notifying|alert|alerted|alerting|flag|flagged|flagging|let|get|getting|have|raise|raised|bring|bringing|fetch|check|checking ... colleague*|team|manager*|specialist*|someone|somebody|human|person|representative|supervisor|expert*|department|support|office|advisor|adviser|agent
colleague*|coworker*|team|human|person|specialist*|manager|representative*|expert*|advisor*|adviser*|someone|somebody|staff|employee|consultant*|supervisor|support|department|technician|agent ?from|of|in|on ?our|the|my|your ?sales|support|team|office|department ?team ?who ?will|ll|shall will|shall|ll ?also|then|soon|shortly|gladly|now|personally|certainly|be ?be ?going ?to ?right ?back ?in call|calling|contact|contacting|reach|answer|reply|respond|get|come|touch|look|follow|message|text|write|email|phone|ring|help|assist|handle|take|back
colleague*|team|human|specialist*|manager|representative*|someone|somebody|supervisor|department ?of ?ours ?from ?our ?team is|are|has|have ?now|already|going|been ?been ?to looking|calling|taking|contacting|informed|notified|told|call|contact|alerted|reviewing|working
i|we|ill|well|im|were ?will|shall|am|are ?then|also|gladly|certainly|personally|now ?be ?going ?to ?give call|calling|phone|phoning|ring|ringing ?you
i|we|ill|well ?will|shall ?then|also|certainly|gladly get|come|be|getting|coming ?right ?back ?to|in|with ?you ?touch
let me|us|you ?just check|ask|find|look|verify|confirm|see|clarify ... get|come|back|return|let|tell|shortly|soon
i|we|ill|well|im|were ?will|shall|am|are ?now|also|just|quickly|going ?to check|ask|find|look|verify|clarify ... and|then ?i|ill ?will get|come|let|tell|back|return|report
i|we|ill|well ?will|shall ?also|then follow up
i|we|ill|well ?will|shall ?also|then|certainly let you know
i|we|ill|well|im|were ?will|shall|am|are ?now|gladly|then|also|just|be|have ?going ?to ?go ?ahead ?and send|sending|email|emailing|mail|mailing|book|booking|schedule|scheduling|reserve|reserving|arrange|arranging|cancel|cancelling|reschedule|rescheduling|update|register|sign|order|process|confirm|text|add|put|set ?up you|it|that|this|the|your|an|a|everything|all|some|our|more|them|details
expect|await|awaiting a|our|my call
you|youll ?will|shall ?also|then|soon|shortly hear|get|receive ?an|a ?answer|reply|response|call ?back from us|me|our|a|them|someone|somebody
your|the|this|it ?request|message|question|details|case|matter|complaint ?has|have|is|was|been ?now|been|already passed|forwarded|escalated|transferred|handed|referred|sent to|on|over|along
^ connecting|transferring|forwarding|escalating|passing|handing|putting you|this|it|your
ich|wir gebe|geben|leite|leiten|reiche|reichen|ubergebe|verbinde|habe|haben|werde|werden ... weiter|weitergeleitet|weitergegeben|weitergeben|weiterleiten|ubergeben|verbinden|informiert|informieren
ich|wir verbinde|verbinden|ubergebe sie|dich|an
kollege*|kollegin*|mitarbeiter*|team|jemand|berater*|ansprechpartner* ?von ?uns ?aus ?unserem ?team wird|meldet|ruft|kummert|werden|melden|kommt|sieht|antwortet
ich|wir melde|melden|rufe|rufen mich|uns|sie|dich
wir|ich werden|werde ... melden|anrufen|kontaktieren|zuruckrufen|schicken|senden
je|nous ?vais|allons|l|ai|avons|vous|la ?le ?la ?ai ?viens ?de transmet*|transmis|transfer*|redirig*|passe
collegue*|conseiller*|equipe|responsable|humain|quelqu ?un ?de ?notre ?va|vont ?vous contact*|rappel*|repond*|recontact*|reviendr*|prendr*|appel*|ecrir*
je|nous|on ?vous ?vais|allons ?vous rappelle*|recontacte*|rappellerons|reviens|reviendr*|contacter*|appeler*|rappeler|recontacter|envoie|enverr*
se lo|la paso|transfiero|derivo|comunico
le|lo|la|te paso|transfiero|derivo|comunico con|a|al
he|hemos ?ya pasado|transferido|derivado|informado|reenviado|avisado
colega*|companer*|agente|alguien|equipo|asesor*|especialista|persona ?de ?nuestro ?equipo ?le|lo|te|se|la contactar*|llamar*|responder*|pondra*|escribira*|atendera*|va
le|te|lo|la|nos ?nos llamare*|contactare*|llamamos|respondere*|pondremos|enviare*|escribire*
vou|estou|irei passar|encaminhar|transferir|passando|encaminhando|transferindo|enviar|ligar
ja ?eu encaminhei|passei|transferi
colega|alguem|equipe|equipa|atendente|especialista|consultor* ?da ?nossa ?equipe vai|ira|entrara|ligara|respondera
entraremos|entrarei em contato|contacto
passo|inoltro|trasferisco|giro ?la|il|subito richiesta|messaggio|a|al|chiamata
ho|abbiamo inoltrato|passato|trasferito|informato|girato
collega|qualcuno|team|responsabile|operatore|consulente ?del ?nostro ?team ?le|la|ti|vi|si risponder*|contatter*|richiamer*|chiamer*|mettera|scrivera
la|le|ti|vi richiamer*|contatter*|ricontatter*|chiamer*|risponder*|invier*
ik|we|wij geef|geven|verbind|stuur|zal|heb|hebben ... door|doorgegeven|doorgestuurd|doorsturen|doorgeven|verbinden
ik verbind u|je
collega*|medewerker*|iemand|team|adviseur ?van ?ons neemt|belt|zal|gaat|antwoordt|reageert|komt
ik|we|wij bel|bellen|neem|nemen|stuur|sturen u|je|contact
",
    )
});

#[cfg(test)]
mod tests {
    use super::*;

    fn of(answer: &str) -> Option<Claim> {
        claim(answer, "Your order is confirmed by e-mail. A technician will call you.").map(|(claim, _)| claim)
    }

    #[test]
    fn what_an_answer_says_that_somebody_does_is_seen() {
        let mut wrong = Vec::new();
        for (wanted, answers) in [
            (
                Claim::HandOver,
                &[
                    "I am passing you on to one of my colleagues now.",
                    "I've forwarded this to our team.",
                    "I'll transfer you to a specialist.",
                    "I'm escalating this right away",
                    "A colleague will call you tomorrow.",
                    "Someone from our team will be in touch shortly.",
                    "Our support team will get back to you.",
                    "I will get back to you with an answer.",
                    "We'll call you back this afternoon.",
                    "Let me check that, and I will come back to you shortly.",
                    "I have informed my manager about it.",
                    "Your request has been passed to our specialists.",
                    "Connecting you with an agent now.",
                    "You will hear back from us by tomorrow.",
                    "Great! I will send you the details now.",
                    "Ich gebe das an einen Kollegen weiter.",
                    "Ein Kollege meldet sich bei Ihnen.",
                    "Wir rufen Sie morgen an.",
                    "Je transmets à un collègue, qui vous répondra.",
                    "Un colega le llamará mañana.",
                    "Se lo paso a un compañero.",
                    "Vou passar para um colega.",
                    "Un collega la richiamerà.",
                    "Een collega neemt contact op.",
                ][..],
            ),
            (
                Claim::Done,
                &[
                    "I have booked you in for Tuesday at 10.",
                    "Booked! See you Tuesday.",
                    "Your appointment is confirmed for Friday.",
                    "You're all set for Tuesday!",
                    "I've cancelled your order.",
                    "We have scheduled a viewing for you.",
                    "I just sent you an email with the brochure.",
                    "Noted. I have put that day down for you.",
                    "Ich habe Ihren Termin am Dienstag gebucht.",
                    "Ihr Termin ist für Freitag bestätigt.",
                    "Votre rendez-vous est confirmé.",
                    "He reservado su cita.",
                    "Su cita ha sido confirmada.",
                    "Agendei a visita para terça.",
                    "Ho prenotato l'appuntamento.",
                    "Uw afspraak is bevestigd.",
                ][..],
            ),
            (
                Claim::Silence,
                &[
                    "You will not hear from us again.",
                    "Understood. I have noted it, and we will not write again.",
                    "We won't contact you anymore.",
                    "I have removed you from our list.",
                    "You've been unsubscribed.",
                    "You've been removed from our list.",
                    "We'll stop texting you.",
                    "No further messages will be sent.",
                    "Consider yourself unsubscribed.",
                    "You will receive no further messages.",
                    "You won't be contacted again.",
                    "I'll take you off our list.",
                    "This was our last message.",
                    "Sie hören nichts mehr von uns.",
                    "Vous ne recevrez plus de messages.",
                    "No le volveremos a molestar.",
                    "U ontvangt geen berichten meer.",
                ][..],
            ),
        ] {
            wrong
                .extend(answers.iter().map(|answer| (*answer, of(answer))).filter(|(_, found)| *found != Some(wanted)));
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn offers_questions_and_facts_claim_nothing() {
        let wrong: Vec<_> = [
            "Shall I pass this on to a colleague?",
            "Would you like me to forward this to our team?",
            "Can I call you back tomorrow?",
            "I can transfer you to a colleague if you like.",
            "If you like, I will pass it on to a colleague.",
            "Should someone call you?",
            "Is your appointment confirmed?",
            "Once your booking is confirmed you get an e-mail.",
            "We are open Monday to Friday from 9:00 to 18:00.",
            "Our team is happy to help.",
            "You can book a viewing on our page.",
            "Great! Which day suits you better?",
            "If you want no more messages from us, reply with the one word STOP.",
            "I cannot book that for you.",
            "Write STOP to end all messages.",
            "All sets include two chairs.",
            "Just write STOP and we will not message you again.",
            "Your order is confirmed by e-mail.",
            "A technician will call you.",
            "See you on Friday at ten.",
            "You are welcome, Ada. I am here if anything else comes up.",
            "Delivery takes three days.",
            "Parking is behind the house, and the door is open.",
            "Wir haben von neun bis sechs geöffnet.",
            "Soll ich das an einen Kollegen weitergeben?",
            "Nous sommes ouverts du lundi au vendredi.",
            "Estamos abiertos de lunes a viernes.",
            "Siamo aperti dal lunedì al venerdì.",
            "We zijn open van maandag tot vrijdag.",
        ]
        .into_iter()
        .filter_map(|answer| {
            claim(answer, "Your order is confirmed by e-mail. A technician will call you.").map(|c| (answer, c))
        })
        .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}
