//! What is looked for anywhere in a message, whatever stands around it: wishes to hear no more that are clear by themselves, and what only
//! looks like one. Patterns as in `words::pattern`.

use std::sync::LazyLock;

use crate::words::Patterns;

/// Read anywhere in a message, unless [`NOT_A_WISH`] covers the words.
pub(super) static STRONG_ANYWHERE: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
unsubscribe~ me|us
unsubscribe~ my ?phone|cell|mobile|email number|email|address|phone|name|details
opt me|us out
stop|quit|cease ?please ?with ?all ?the|these|your|sending texting|txting|messaging|contacting|emailing|writing|calling|spamming|bothering|harassing ?to me|us
stop|quit|cease ?please sending ?me|us ?any|all|these|this|those|your|more|to ?more|stupid|spam text|texts|messages|msgs|sms|emails|stuff|spam
dont|never ?ever text|message|contact|write|call|email|bother ?to me again|anymore|ever
dont|never text|message|contact|email|write ?to me ?please $
do not ?ever text|message|contact|write|call|email ?to me again|anymore|ever
do not text|message|contact|email|write ?to me ?please $
remove|take|delete|strike me|my ?phone ?number|name|details|contact ?off|from ?of your|this|the|ur ?mailing|contact|call|phone|texting|marketing|sms list|lists|database|system
take me off ?of ?your|this|the ?list
?your do not|dont|never call|contact|text|sms|disturb|mail|solicit list|register|registry
i|we ?hereby|now|do withdraw|revoke|rescind ?my|all|any|our consent|permission
leave me alone
no more messages|texts|emails|calls|sms
dont|not|longer want|wish ?to ?get|receive|hear ?any ?more ?from ?your|these text|texts|messages|msgs|calls|emails ?from ?you|u anymore|again|ever
keine ?weiteren|mehr nachrichten|mails|sms|anrufe ?mehr
abmelden|abbestellen|austragen
schreib*|ruf*|kontaktier* ?sie mir|mich|uns ?bitte nicht|nie mehr
nicht mehr schreiben|anschreiben|kontaktieren|anrufen
lass|lassen ?sie mich ?bitte ?endlich in ruhe
desabonne*|desinscri*
ne m|me ecrivez|contactez|appelez plus
arretez de m ecrire|contacter|appeler
plus de messages|sms
darme|dame|denme|quiero ?darme de baja
no me escriba*|llame*|contacte*|mande*|molest* mas|nunca
deje*|dejen de escribir*|llamar*|mandar*|molestar*
descadastr*|cancelar inscricao
nao me mand*|escrev*|lig*|contat* ?mensagens mais
pare|parem de mandar|escrever|ligar
cancellami|cancellatemi|disiscriv*|disiscrizione
non scrivetemi|contattatemi|chiamatemi|scrivermi|mandatemi piu
basta messaggi
uitschrijven|afmelden
geen berichten|sms meer
stuur ?me|mij geen ?berichten ?meer
не пишите|звоните|присылайте ?мне|меня больше
больше не пишите|звоните|присылайте
",
    )
});

/// Words of a wish that is none: denied, asked about, or somebody else's.
pub(super) static NOT_A_WISH: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
dont|not|never|didnt|cant|cannot|wont|wouldnt|shouldnt ?really|ever|even|just ?want|wanna|wish|need|mean|intend|plan|have|going|asking ?you|u|me|them|anyone ?to ?ever|please stop|quit|cease|unsubscribe*|opt|remove|take|delete
why|when|if|unless|until|once|did|does|since|because|after|before ?did|do|does|have|has|had ?you|u|they|we|i|it|he|she|people ?ever|just stop|stopped|quit|unsubscribe*|opt|remove*
have|has|had|ive|youve ?you|u|i|we ?already stopped|unsubscribed
can|could|may|will|would i|we ?always|still|just|then|later unsubscribe*|opt ... later|anytime|time|whenever|if|once|after
please|pls ?do dont|not|never stop
not mehr|mehr abmelden
take|taken|took|remove|removed|get me|us|my ?name off|from ?of ?your|the|this|that waiting|wait|waitlist|guest|standby|reservation|reservations|appointment|booking|attendee|call ?back ?list
",
    )
});

/// `Don't call, text me`: another way is wished for, not silence.
pub(super) static ANOTHER_WAY: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
dont|not call|phone|ring ?me ?at ?work ?but|just|only|please ?just text|message|email|whatsapp|write|sms
dont|not text|message|email|whatsapp|write|sms ?me ?but|just|only|please ?just call|phone|ring
",
    )
});

/// `If you don't stop texting me …` is a wish, though it is denied in form.
pub(super) static INSISTS: LazyLock<Patterns> = LazyLock::new(|| {
    Patterns::parse(
        "
if|why|unless you|u|yall ?guys|people dont|wont|cant|never ?please ?just stop|quit texting|messaging|calling|contacting|emailing|spamming|bothering|harassing|sending
if|why you|u do not stop|quit texting|messaging|calling|contacting|emailing|spamming|bothering|harassing|sending
why dont|wont|cant you|u ?just|please stop|quit texting|messaging|calling|contacting|emailing|spamming|bothering|harassing|sending
unless you|u stop texting|messaging|calling|contacting|emailing|spamming|bothering|harassing|sending
",
    )
});
