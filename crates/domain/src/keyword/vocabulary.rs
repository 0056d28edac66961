//! The words of a wish to hear no more, by the part that they play in it. Patterns as in `words::pattern`; languages side by side.

use std::sync::LazyLock;

use crate::words::{Patterns, Text, within};

/// No wish to hear no more takes more words than this.
pub(super) const MOST_WORDS: usize = 40;

/// The part that some words play.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    /// `stop` and its like.
    Stop,
    /// `unsubscribe`, `leave me alone`: cannot mean anything else.
    Strong,
    /// `don't text`.
    Dont,
    /// `cancel`, `end`, a slip of the finger: an opt-out only where nothing else is named.
    Soft,
    /// `messages`, `texting`.
    Contact,
    /// `me`, `these`, `from your`.
    About,
    /// `now`.
    Now,
    /// `please`, `not interested`.
    Polite,
    /// `could you`, `I want to`.
    Lead,
    /// `reply`, `text` before the word.
    Echo,
}

impl Class {
    pub(super) fn bit(self) -> u16 {
        1 << self as u16
    }

    /// What leads to the wish stands before it, what it is about behind it: `my stop`, `the end` are none.
    pub(super) fn may_follow(self, seen: u16) -> bool {
        let begun = seen & (Self::Stop.bit() | Self::Strong.bit() | Self::Dont.bit() | Self::Soft.bit()) != 0;
        match self {
            Self::Lead => !begun,
            Self::About => begun || seen & Self::Contact.bit() != 0,
            _ => true,
        }
    }
}

static ALL: LazyLock<Vec<(Class, Patterns)>> = LazyLock::new(|| {
    vec![
        (Class::Stop, Patterns::parse(STOP)),
        (Class::Strong, Patterns::parse(STRONG)),
        (Class::Dont, Patterns::parse(DONT)),
        (Class::Soft, Patterns::parse(SOFT)),
        (Class::Contact, Patterns::parse(CONTACT)),
        (Class::About, Patterns::parse(ABOUT)),
        (Class::Now, Patterns::parse(NOW)),
        (Class::Polite, Patterns::parse(POLITE)),
        (Class::Lead, Patterns::parse(LEAD)),
        (
            Class::Echo,
            Patterns::parse(
                "reply|replied|replying|text|txt|texted|send|sent|type|typed|write|wrote|answer ?with ?the ?word",
            ),
        ),
    ]
});

/// Every way to read the words that begin here, and where that ends.
pub(super) fn read(text: &Text, outside: &[bool], at: usize) -> Vec<(Class, usize)> {
    let mut found: Vec<(Class, usize)> =
        ALL.iter().flat_map(|(class, patterns)| patterns.ends_at(text, outside, at).map(|end| (*class, end))).collect();
    if found.is_empty()
        && let Some(word) = text.words().get(at)
    {
        if word.forms().any(is_slip_of_stop) {
            found.push((Class::Soft, at + 1));
        }
        found.extend(glued(&word.text).into_iter().map(|class| (class, at + 1)));
    }
    found
}

/// `stp`, `stoo`, `dtop`: one slip from the word, and no word of its own.
fn is_slip_of_stop(word: &str) -> bool {
    (3..=6).contains(&word.len()) && !NEAR_STOP.contains(&word) && within(word, "stop", 1).is_some()
}

/// Words of their own, or parts of them, that stand one slip from `stop`.
const NEAR_STOP: &[&str] = &[
    "top", "sop", "step", "shop", "slop", "stow", "atop", "stoop", "stomp", "strop", "swop", "snop", "stob", "stoc",
    "stot", "scop", "estop", "stoep", "stope", "stock", "store", "stood", "spot", "stopy", "sto", "tsop",
];

/// What a word is made of that was written without spaces, as in `STOPSTOP`, `pleasestop` or `配信を停止してください`; nothing when a rest is left.
fn glued(word: &str) -> Vec<Class> {
    let Some(pieces) = pieces(word) else { return vec![] };
    let strong = pieces.contains(&Class::Strong);
    let stop = pieces.contains(&Class::Stop);
    match (strong, stop) {
        (true, _) => vec![Class::Strong],
        (_, true) => vec![Class::Stop],
        _ if pieces.contains(&Class::Contact) => vec![Class::Contact],
        _ => vec![Class::Polite],
    }
}

fn pieces(word: &str) -> Option<Vec<Class>> {
    let starts: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).take(MOST_WORDS).collect();
    if starts.last() != Some(&word.len()) {
        return None;
    }
    let mut reached: Vec<Option<Vec<Class>>> = vec![None; word.len() + 1];
    reached[0] = Some(vec![]);
    for at in starts {
        let Some(before) = reached[at].clone() else { continue };
        for (class, piece) in PIECES.iter().flat_map(|(class, line)| line.split(' ').map(move |piece| (*class, piece)))
        {
            if word[at..].starts_with(piece) {
                let end = at + piece.len();
                let better = reached[end].as_ref().is_none_or(|old| old.len() > before.len() + 1);
                if better {
                    reached[end] = Some(before.iter().copied().chain([class]).collect());
                }
            }
        }
    }
    reached.pop().flatten()
}

/// What words without spaces are made of.
const PIECES: &[(Class, &str)] = &[
    (
        Class::Stop,
        "stop ストップ 停止 停 止めて やめて 辞めて 止め やめ 別再 别再 不要再 別發 别发 不要发 不要發 不要 그만 중지 중단 정지 멈춰 스톱 스탑 หยุด",
    ),
    (
        Class::Strong,
        "unsubscribe optout 配信停止 配信解除 登録解除 登録削除 解除 退会 退订 不想再收到 不想收到 别发 不用发 不要联系 不要聯絡 要りません いりません 不要です 不要だ 退訂 取消订阅 取消訂閱 送らないで 連絡しないで 送ってこないで \
         勿扰 勿擾 别打扰 不要打扰 別打擾 不要打擾 打扰 拉黑 屏蔽 删除我 刪除我 수신거부 수신 거부 구독취소 구독해지 구독 취소 해지 차단 삭제 보내지마 보내지 연락하지 전화하지 원하지 받고 싶지 않아요 않습니다 ยกเลิก ไม่ต้องส่ง อย่าส่ง เลิกส่ง",
    ),
    (
        Class::Contact,
        "配信 メッセージ メール 連絡 送信 短信 信息 消息 訊息 簡訊 广告 廣告 推送 联系 聯絡 骚扰 騷擾 문자 메시지 광고 메세지 연락 전화 보내 texting texts messages \
         messaging calling ข้อความ ส่ง",
    ),
    (
        Class::Polite,
        "please now all it this me してください して下さい してほしい して欲しい して ください 下さい お願いします お願いいたします お願い をお を の は も もう する \
         します くれ 二度と 请 請 谢谢 謝謝 我 要 想 了 吧 的 给 給 發 发 送 再 打 收到 接收 收 해주세요 해 주세요 합니다 할게요 바랍니다 하세요 세요 요 좀 더 이상 제발 저에게 나에게 마세요 말아주세요 을 를 는 은 ครับ ค่ะ คะ การ",
    ),
];

const STOP: &str = "
stop|stops|stopp|stopall|stopit|stopnow|stopthis|stop2stop
stop~
discontinue|discontinued|halt|desist
enough with|of
prestan|prestante|prestaňte|prestanite|birak|birakin|birakiniz|przestan|przestancie|przestac
stop ?it|this|that all
stop to|2 end|quit|cancel|stop|optout|unsubscribe
stop2quit|stop2end|stop2cancel|stoptoend|stoptoquit
cease ?and ?desist
knock it off
cut it out
arret|arrets|arrete|arretes|arretez|arreter|stopper
alto|parar|pare|paren|parem|detener|deten|detenga|detengan|detente|basta|detengase
no mas|mais
ferma|fermati|fermate|fermare|smettila|smettetela|smettete|smetti
stoppen|stoppt|stoppe|aufhoren|aufhoeren|schluss
hor|hort|horen ?sie ?bitte ?sofort ?jetzt auf
ophouden|stopzetten
hou|houd op
sluta|stoppa|stans|lopeta|lopettakaa
стоп|стой|хватит|прекрати|прекратите|остановите|перестань|перестаньте|достаточно|зупинити|зупиніть|припиніть|досить|спри|спрете|престани
dur|durdur|durdurun|yeter|durdurunuz
σταματα|σταματηστε|στοπ|σταμάτα|σταματήστε
توقف|توقفوا|قف|ايقاف|إيقاف|أوقف|اوقف|أوقفوا|ستوب|وقف|كفى
עצור|עצרו|הפסק|הפסיקו|תפסיקו|תפסיק|סטופ|די|מספיק
बंद|रोको|रोकें|रुको|रुकें|बन्द|स्टॉप ?करो|करें|कीजिए|कर ?दो|दीजिए
หยุด|dung|dừng|ngung|ngừng ?lai|lại
berhenti|hentikan|henti|setop|hinto|itigil|tigil|tigilan
বন্ধ|থামুন|থামো ?করুন|করো|করেন
?தயவுசெய்து நிறுத்து|நிறுத்துங்கள்|நிறுத்தவும்|ఆపు|ఆపండి|ನಿಲ್ಲಿಸಿ|നിർത്തുക|બંધ|ਬੰਦ ?करो|કરો|ਕਰੋ
بند|روکو|روکیں|متوقف ?کرو|کریں|کر ?دو|دیں|کنید
sitisha|acha|achene|komesha|simamisha
stopste|stopni|zastav|zastavte|zastavit|przestan|przestancie|dosc|koniec|hagyja|elég|eleg|opreste|opriti|prestani|prestanite|dosta
";

const STRONG: &str = "
?i ?have|already ?already unsubscribed ?already
unsubscribe~|unsubscribed|unsubscribing|unsub|unsubcribe|unsuscribe|unsubscibe|desubscribe|unsubscription
un subscribe
optout|optingout|opt ?me|us|my ?phone ?number ?please out
?im|i ?am opt|opting|opted|optout ?me out
remove|delete|take|drop|erase|strike|scrub me|us|my ?phone|cell|mobile ?number|name|contact|info|information|details|data
take|get|drop me|us off
get|let me|us out
i want out
be ?taken|removed|deleted|dropped|unsubscribed ?out ?off ?of ?from ?your|this|the ?mailing|contact|call|texting ?list|lists|database|system
leave|let me|us alone|be
put|add|place me|us|my|this|our ?phone ?number on|to ?your|the|a do not|dont|never call|contact|text|sms|disturb|mail|solicit ?list|register|registry
?this|my|our ?number is|am|are ?registered|listed on ?your|the|a do not|dont|never call|contact|text|sms|disturb ?list|register|registry
get off my|our phone|back|case
take a hike
get out ?of my phone|inbox|life
no|zero sms|texts|messages|calls|emails|spam ?please $
lose|forget|block my number
go away
get lost
fuck|piss|bugger off
no more|further|additional
?i|we ?really|just|do dont|not|never|no|longer ?longer ?ever want|wanna|wish|need|like|care|consent|agree ?for ?to ?be ?get|receive|getting|receiving|hear|have|see|being ?from ?any ?more ?of ?these|this|your|ur|those ?more ?marketing|promotional|spam|automated text|texts|texting|messages|message|msgs|sms|calls|call|emails|mails|contact|contacted|texted|messaged|called|emailed|notifications|alerts|ads|advertising|spam|promotions
?i|we ?really|just|do dont|not|never|no ?longer ?ever ?want|wish to hear from ?any you|u|this|anyone|yall
?i|we ?am|are ?hereby|now|do withdraw|revoke|rescind|withdrawing|revoking|withdrew ?my|all|any|our consent|permission ?to|for ?be ?being ?contacted|texted|called|messaged
?hiermit ?ich widerrufe|widerruf|entziehe ?ich ?hiermit ?ihnen ?meine|meiner|die einwilligung|zustimmung|erlaubnis
?je retire|revoque|annule mon|ma consentement|accord|autorisation
revoco|retiro ?mi|el consentimiento|permiso|autorizacion
revogo|retiro ?o ?meu|minha consentimento|permissao|autorizacao
revoco|ritiro ?il ?mio consenso
?ik trek mijn toestemming in
wycofuje|cofam ?moja ?swoja zgode
отзываю|отозвать ?мое|моё|свое|своё согласие
onayimi|iznimi geri cekiyorum
撤回同意
abmelden|abmeldung|abbestellen|austragen|abbestellung|austragung
melde|melden ?sie ?bitte mich ?bitte ab
trag|trage|tragen ?sie ?bitte mich ?bitte aus
losch|losche|loschen|entferne|entfernen ?sie ?bitte meine|mich ?nummer|daten ?aus|von ?der|ihrer ?liste
streich|streiche|streichen|nimm|nehmen|entfern|entferne|entfernen|losch|losche|loschen|loeschen|tragen|raus ?sie ?bitte mich|uns|meine ?nummer ?bitte ?sofort ?raus ?aus|von ?der|dem|ihrer|eurer|ihrem|eurem ?liste|verteiler|datenbank|adressliste|verzeichnis ?raus|aus|streichen|entfernen|loschen|nehmen
?bitte nummer|daten|mich loschen|entfernen|streichen
keine ?weiteren|weitere|mehr nachrichten|nachricht|mails|sms|anrufe|werbung|infos ?mehr ?von ?ihnen|euch ?erhalten|bekommen|kriegen|empfangen|haben|lesen
nicht mehr schreiben|anschreiben|kontaktieren|anrufen|schicken|senden|melden|bekommen|erhalten|kriegen|haben|empfangen
hort|hor|horen ?sie|ihr ?bitte ?endlich auf ?damit ?mich|mir ?zu nerven|schreiben|belastigen|storen|anzurufen|texten|kontaktieren|schicken
schreib*|ruf*|kontaktier*|schick*|send* ?sie ?bitte mir|mich|uns ?bitte nicht|nie|nichts ?mehr|wieder|mehr ?an
lass|lasst|lassen ?sie mich|uns ?bitte ?endlich in ruhe|frieden
desabonne*|desinscri*|desabonnement|desinscription
ne m|me ecri*|contact*|appel*|envoy*|derang* plus ?jamais|rien
?merci ?de ?veuillez ?priere ne plus ?jamais m|me|nous ecrire|contacter|appeler|envoyer|deranger|solliciter ?rien ?de ?messages|sms ?svp
?veuillez|merci ?de me|nous retirer|supprimer|enlever|effacer|rayer|oter|desinscrire|desabonner|desinscri* ?de|d ?votre|vos|cette|la|ces ?liste|listes|base|fichier|fichiers
plus ?jamais ?de|d ?vos|tes ?messages|sms|appels|message|pub
?je|nous ne veux|voulons|souhaite|souhaitons|desire plus ?jamais ?rien ?recevoir|avoir ?de|d|vos|aucun ?vos|ces|tes ?messages|message|sms|appels|pub|publicite|mails|emails|rien ?de ?votre|ta ?part
arret* de|d m|me ecrire|contacter|appeler|envoyer|harceler|deranger
laisse|laissez moi|nous tranquille
retire*|supprim*|enlev*|efface*|ray*|sort*|ote* moi|nous|mon|mes|ma ?numero ?donnees ?de|d ?votre|vos|la|cette ?liste|listes|base|fichier|fichiers
stop au|a|sms|pub|publicite
dar*|darme|dame|denme|deme|darse ?me de baja
baja|desuscri*|desuscribir|desapunt*
?ya no me|nos escriba*|llame*|contacte*|mande*|envie*|moleste*|escriban|llamen ?ya ?mas|nunca ?mensajes|sms|publicidad|correos
?ya no quiero|deseo|quisiera|queremos ?ya ?recibir ?mas ?sus|tus ?ningun ?mas mensajes|mensaje|sms|llamadas|publicidad|correos|informacion|notificaciones|promociones ?suyos ?de ?ustedes ?mas
deje*|dejen|deja de escribir*|llamar*|mandar*|enviar*|molestar*
borr*|elimin*|quit*|sac*|retir*|dej* mi|me|mis|nos ?numero|datos|telefono ?de ?su|la|tu|esta|sus ?lista|listas|base|sistema
borrenme|quitenme|saquenme|eliminenme|retirenme|borreme|quiteme|saqueme|elimineme|borrame|quitame|sacame|eliminame ?ya ?de ?su|la|tu|esta|sus ?lista|listas|base ?de ?datos
dejame|dejenme|dejeme en paz
descadastr*|descadastramento|sair|remover|remova
cancelar|cancele|cancelen ?minha|a|mi|la inscricao|assinatura|suscripcion|inscripcion
annulla|annullate|annullare ?la ?mia iscrizione
nao me mand*|escrev*|lig*|contat*|envi*|perturb* ?mensagens ?mais
nao quero|desejo ?mais ?receber ?mais mensagens|sms|ligacoes|propaganda|nada|isso|contato ?mais ?de ?voces
nao quero|desejo mais
pare|parem|para de ?me mandar|escrever|ligar|enviar|perturbar ?me
me tir*|remov*|delet*|exclu*|apag* ?da|desta|dessa ?sua ?lista|base
tir*|remov*|exclu*|apag*|retir* ?o ?me ?meu|minha|meus ?numero|telefone|contato|dados ?da|desta|dessa ?sua ?lista|base
me deix* em paz
cancellarmi|disiscrivermi|rimuovermi|togliermi ?dalla|da ?vostra|questa ?lista
cancellami|cancellatemi|disiscri*|disiscrizione|rimuovimi|rimuovetemi|toglimi|toglietemi|eliminami|eliminatemi|levatemi|levami|cancellate|togliete|eliminate|rimuovete ?il ?mio ?numero ?da|dalla|dalle ?vostra ?questa ?lista|liste|rubrica|elenco
non voglio|desidero|vogliamo ?piu ricevere ?piu ?i|altri|vostri messaggi|sms|chiamate|pubblicita|mail|email ?piu ?da ?voi
non voglio piu ?i|vostri messaggi|sms|chiamate|pubblicita
non scriv*|contatt*|chiam*|mandat*|invi*|disturb* ?mi|mai ?piu
lasciami|lasciatemi in pace
uitschrijven|afmelden|uitschrijving|afmelding
schrijf|meld ?me|mij uit|af
haal|verwijder|schrap|gooi|wis ?me|mij|ons|mijn ?nummer|gegevens ?van|uit ?de|die|uw|jullie ?lijst|bestand|systeem ?af
geen ?enkele berichten|sms|smsjes|oproepen|reclame|mail ?meer
stuur ?me|mij|ons geen|niets ?berichten ?meer
niet meer sturen|bellen|appen|schrijven|mailen
laat me|mij|ons met rust
avsluta|avregistrera|avprenumerera|avmeld*|afmeld*|avregistrer|peruuta|poista
отписаться|отписка|отпишите|отпиши|отписывайте|отказ|откажусь|удалите|удали|отключите|отключить|відписатися|відпишіть|відписка|отпиши ?меня|мене ?от|из
удалите|удали|уберите|убери|вычеркните|исключите|сотрите|видаліть|приберіть ?меня|мой|мои|наш|мене|мій ?номер|данные|контакт|телефон ?из|с|зі|з ?вашей|вашего|этого|вашої ?списка|базы|рассылки|списку
не надо|нужно|хочу|желаю|хотим ?мне ?нам ?больше ?ваших|ваши|получать ?больше ?ваших|ваши писать|звонить|сообщений|смс|рассылки|звонков|присылать|слать|рекламы
не пиши|пишите|пишіть|звони|звоните|телефонуйте|присылайте|надсилайте|шлите|отправляйте|беспокойте|турбуйте ?мне|меня|мені ?больше|більше
больше|більше не пиши|пишите|пишіть|звоните|присылайте|шлите|беспокойте ?мне|меня
оставьте|залиште меня|мене в ?спокої ?покое
abonelikten|listeden|uyelikten ?beni cik|cikar|cikarin|cikmak|cikis
?bana|bize ?lutfen ?artik ?bir ?daha ?hic mesaj|sms|reklam|mail|arama ?atmak|almak|gondermek atma|atmayin|atmayiniz|gonderme|gondermeyin|gondermeyiniz|yollama|yollamayin|istemiyorum|istemiyoruz
?lutfen numarami|beni|bilgilerimi ?listeden|listenizden|sisteminizden ?lutfen sil|silin|siliniz|cikarin|cikariniz|kaldirin
?lutfen ?artik aramayin|arama|yazmayin|yazma ?beni|bana ?artik
?bana|beni ?lutfen ?artik ?bir ?daha yazma|yazmayin|arama|aramayin|aramayiniz|rahatsiz ?etmeyin
mesaj atma|atmayin|gondermeyin|gonderme
rezygnuje|rezygnacja|wypisz|wypiszcie|wypis|anuluj ?mnie
prosze|proszę ?o usuniecie|usunac|usuncie|skreslic|wykreslenie|wykreslic ?mnie|mojego|moj ?numeru|numer ?telefonu ?danych ?z|ze ?tej|waszej ?listy|bazy
usun|usuncie|skreslcie|wykreslcie mnie|moj ?numer ?z|ze ?tej|waszej ?listy|bazy
nie zycze|chce ?sobie ?juz ?dalszego ?zadnego kontaktu|telefonow|wiadomosci
rezygnuje|rezygnacja z|ze ?tych wiadomosci|sms|smsow|reklam|subskrypcji|newslettera
nie chce|zycze ?sobie ?juz ?wiecej ?otrzymywac|dostawac ?wiecej ?zadnych wiadomosci|sms|smsow|reklam ?wiecej
nie pisz|piszcie|dzwon|dzwoncie|wysylaj|wysylajcie ?do ?mnie ?wiecej
odhlasit|odhlaste|odhlasiť|odhlas|leiratkoz*|leiratkozas|leiratkozom|dezabonare|dezabonati|odjava|odjavi|odjavite|ispisi
διαγραφη|διαγραφή|διαγραψτε|διαγράψτε|απεγγραφη|απεγγραφή
إلغاء|الغاء|ألغ|الغ|ألغوا ?الاشتراك|اشتراك|اشتراكي
لا ترسل|ترسلوا|تتصل|تتصلوا|تراسلني|تراسلوني ?لي|بي ?مرة ?أخرى ?رسائل
הסר|הסרה|הסירו|להסרה|להסיר|תסירו|תסיר|תורידו|הורידו|מחקו|תמחקו ?אותי ?מהרשימה
ยกเลิก|huy|hủy|huỷ ?dang|đăng ?ky|ký
berhenti|hentikan langganan|berlangganan
jangan|tolong ?jangan ?pernah kirim|kirimi|hubungi|sms|telepon|chat|ganggu ?saya|aku|kami|lagi ?pesan|sms|wa ?apapun ?lagi
saya|aku tidak|gak|nggak mau|ingin ?menerima|terima ?pesan|sms ?ini ?lagi
मुझे|हमें ?अब ?और परेशान|तंग|डिस्टर्ब मत|न|ना करो|करें|कीजिए
मुझे|हमें ?अब ?और ?आगे ?से मैसेज|मेसेज|संदेश|एसएमएस|कॉल|फोन ?और मत|न|नहीं|ना भेजो|भेजें|भेजिए|भेजना|करो|करें|कीजिए|करना|चाहिए
ta|fjern|fjerne|slett|slet|slette|radera|stryk ?bort|vekk mig|meg|mitt|mit|min ?nummer|telefonnummer|nr ?fra|fran|av ?listan|listen|lista
ta bort mig|mitt ?nummer ?fran ?er ?listan
avregistrera|avanmal|stryk|radera ?mig|mitt ?nummer
hapus|keluarkan ?nomor|data|kontak saya|ini ?dari ?daftar
vyradte|vymazte|smazte|odstrante|odhlaste|vyskrtnete ?me|moje|mne ?cislo ?z|ze ?tohoto|vaseho ?seznamu|zoznamu|databaze
?kerem toroljenek|toroljon|torolje|vegyenek|vegyen ?le ?ki ?a ?az ?listarol|listajukrol|adatbazisbol ?le
stergeti|scoateti|eliminati ?ma ?numarul ?meu ?de|din ?pe ?lista
?tafadhali acha|acheni|achene|usitume ?kunitumia ?ujumbe
skriv|skicka|ring|kontakta|sms|smsa|send|kontakt ?til|till ?mig|meg ?meldinger|beskeder|meddelanden|sms inte|ikke|ikkje ?fler|mer|mere|flere ?meldinger|beskeder|meddelanden|sms ?til|till ?mig|meg
inga|ingen fler|flere|mer meddelanden|beskeder|meldinger|sms
poista|poistakaa minut|numeroni|numero ?listalta|listaltanne|listoiltanne|rekisterista
ala|alkaa|en ?enaa ?minulle laheta|lahettako|soita|soittako|kirjoita|kirjoittako|halua ?minulle ?enaa ?viesteja
dung|đừng lam|làm phien|phiền ?toi|tôi ?nua|nữa
dung|đừng ?co|có ?lam ?phien|phiền ?gui|gửi|goi|gọi|nhan|nhắn tin ?nhan|nhắn ?cho ?toi|tôi ?nua|nữa
khong|không muon|muốn nhan|nhận tin|sms ?nhan|nhắn ?nua|nữa
neposilejte|neposielajte|neposilej|nepiste|nepis|nevolejte|nevolajte ?mi|me ?uz ?viac|vic ?zpravy|spravy|sms
ne zavarjanak|zavarjon|hivjon|keressenek ?tobbet ?tobbe
ne irjanak|irjon|irj|kuldjenek|kuldjon|hivjanak ?nekem ?tobbet ?tobb ?uzenetet|smst
nu imi|ma|mi ?mai scrieti|trimiteti|sunati|contactati ?mai ?mesaje
μην|μη ?μου ?με ?ξανα στελνετε|στέλνετε|στειλετε|στείλετε|γραφετε|γράφετε|καλειτε|καλείτε|παιρνετε|παίρνετε ?αλλα|άλλα ?μηνυματα|μηνύματα
huwag|wag ?na ?nyo ?ninyo ?akong|mo ?kayong ?po mag|magpadala|itext|tawag|tawagan|tumawag|magtext|text ?text ?sa ?akin
لغو ?عضویت|اشتراک|١١|11
دیگر|دیگه ?به ?من پیام|پیامک نفرستید|ندهید|نفرست
usitume|usinitumie|msitume|usipige ?tena ?ujumbe|meseji ?tena
";

const DONT: &str = "
dont|never ?you|u ?ever ?please ?try ?to text|txt|message|msg|contact|call|phone|ring|email|mail|write|send|bother|spam|harass
do not|never ?reply ?respond ?or ?ever ?please ?try ?to text|txt|message|msg|contact|call|phone|ring|email|mail|write|send|bother|spam|harass
";

const SOFT: &str = "
cancel~|cancelled|end|quit|revoke~|fin|para|sortir|annuler|annulez|resilier|cancelar|cancelen|cancela|salir|terminar|annulla|annullare|esci
beenden|ende|raus|annuleren|einde|avbryt|annuller|iptal|ret|iptali|отмена|отменить|скасувати|取消|取り消し|キャンセル|취소|取消し
remove|removed|removal
stahp|stp|stawp|sotp|stpo|stop2|5top|st0p
";

const CONTACT: &str = "
text|texts|texting|txt|txts|txting|textin|message|messages|messaging|messagin|msg|msgs|msging|mesages|mesage|sms|smses|mms|imessages
call|calls|calling|callin|contact|contacting|contacts|email|emails|emailing|mail|mails|mailing|mailings|write|writing|send|sending|phoning
spam|spams|spamming|bother|bothering|annoying|harassing|harass|harassment|pestering|bugging|disturbing|soliciting|solicitations|robocalls|robotexts
skicka|skriva|ringa|smsa|sende|skrive|ringe|kirim|hubungi
notification|notifications|alert|alerts|update|updates|reminder|reminders|promotion|promotions|promo|promos|promotional|marketing|advertising|advert|adverts
ad|ads|advertisement*|newsletter|newsletters|list|lists|communication|communications|communicating|dm|dms|number|broadcast|broadcasts|junk|database
nachricht|nachrichten|werbung|anrufe|anruf|mensaje|mensajes|llamada|llamadas|publicidad|promociones|mensagem|mensagens|ligacoes|propaganda|publicidade|promocoes
messaggio|messaggi|chiamate|pubblicita|promozioni|appel|appels|publicite|pub|pubs|bericht|berichten|berichtjes|reclame|oproepen|numero|nummer|lista|liste|lijst
сообщения|сообщений|сообщение|рассылка|рассылку|рассылки|смс|звонки|звонить|писать|спам|рекламу|реклама|повідомлення|розсилку|розсилка
mesaj|mesajlar|mesajlari|wiadomosci|sms|reklam|zpravy|spravy|uzenetek|mesaje|poruke|meddelanden|meddelelser|beskeder|pesan|tin|nhan
meldinger|viestit|viesti|viestien|psat|pisać|pisac|dzwonic|wysylac|gondermeyi|atmayi|yazmayi|aramayi
إرسال|ارسال|الارسال|الإرسال|الاتصال|اتصال|الإعلانات|اعلانات
να|μου|στελνετε|στέλνετε|γραφετε|γράφετε
μηνύματα|μηνυματα|رسائل|الرسائل|رسالة|הודעות|ההודעות|לשלוח|लिए|मैसेज|संदेश|भेजना|भेजो
";

const ABOUT: &str = "
me|my|us|our|it|this|that|these|those|them|the|all|any|every|everything|your|ur|you|u|yours|to|from|of|with|on|off|and|more|further|future|such|so|much
ever|anymore|more|no|bullshit|crap|shit|stuff|doing|automated|stupid|damn|phone|cell|mobile|i|we|receiving|getting
dont want|need|like|care|know ?it|this|that|them|these|your|any|more|you
de|des|les|le|la|los|las|el|mes|vos|ces|me|m|moi|a|mi|mis|sus|estos|d|os|as|o|meu|minha|essas|mais|mas|do|da|dos|das
mir|mich|uns|die|diese|den|das|der|zu|an|mit|ihrer|eure|ihre|von|aus|damit|schreiben|anrufen|senden|schicken|kontaktieren
di|i|gli|il|questi|mi|scrivermi|chiamarmi|mandarmi|mij|met|deze|uw|je|jullie|sturen|bellen|naar|van|het
мне|меня|эту|эти|это|от|из|мені|мене|ваши|вашу|bana|bu|do|mnie|tych|z|ze|mig|meg|til|till|at|meg|mai|mere|mujhe|मुझे|मेरे|لي|هذه|לי|את|mot|gui|saya|ke|ako|sa|ang
recibir|receber|recevoir|ricevere|escribir|escribirme|llamar|llamarme|enviar|enviarme|mandar|mandarme|molestar|ecrire|appeler|envoyer|contacter
";

const NOW: &str = "
now|today|jetzt|heute|maintenant|ahora|hoy|agora|adesso|nu|сейчас|simdi
";

const POLITE: &str = "
please|pls|plz|plse|pleas|kindly|just|ok|okay|okey|k|hi|hello|hey|hiya|yo|dear|sir|madam|maam|guys|folks|people|team|everyone|no|nope|nah|yes|seriously|enough
thanks|thank|thx|ty|tks|thnx|cheers|bye|goodbye|immediately|instantly|already|again|asap|forever|permanently|sorry|omg|ffs|lol|wtf|god|christ|jesus|fucking|bloody|idiots|but
thank you|u ?so|very ?much
right now|away
at once
straight away
good morning|afternoon|evening|day|night
for good|ever
once and for all
as soon as possible
have|a ?a good|nice|great day|one|evening
not my number
you|u ?have|got ?the wrong number|person
why are|r|do|did|would you|u|yall ?guys ?still|keep|always texting|messaging|calling|contacting|emailing|bothering|spamming|text|message|call|contact|email ?me|us|this ?number
?you|u are ?so|really|very annoying|rude|spammers|spam|scammers
?im|i ?am|were|we ?are not|no|never ?really ?at ?all ?longer ?and ?not ?longer interested ?in ?this|it|any|anything ?anymore
no ?longer interest
wrong number|person
who is|are this|you
i dont know you|this|who ?you|this ?are|is
i mean it
last warning|time
second|third|final|last time|warning|request
not me
bitte|danke|merci|svp|stp|gracias|favor|porfavor|porfa|obrigado|obrigada|grazie|alstublieft|aub|alsjeblieft|bedankt|endlich|sofort|nochmal|subito
por favor
s il vous|te plait
per favore|piacere|cortesia
kein interesse
nein ?danke
non ?pas merci|interesse*
non mi|ci interessa|interessate
no me interesa
nao ?tenho ?me interess*
geen interesse
ya|tack|takk|tak|kiitos|пожалуйста|спасибо|будь ласка|дякую|lutfen|tesekkurler|prosze|dziekuje|prosim|dekuji|koszonom|multumesc|kerem|molim|hvala
παρακαλω|παρακαλώ|ευχαριστω|ευχαριστώ|رجاء|رجاءً|شكرا|بليز|לי|בבקשה|תודה|कृपया|प्लीज|धन्यवाद|tolong|mohon|makasih|xin|salamat|po|nyo|na
من فضلك|فضلكم
будь ласка
";

const LEAD: &str = "
can|could|would|will|wont|cant you|u|ya|yall|someone|somebody ?please|pls|all|just|kindly
i|we ?really|just|only|do|would want|wanna|need|wish|demand|insist|request|ask|prefer|like|love ?that ?for ?you|u|yall|this|these|them|it|all ?guys ?people ?to
id|wed ?really|much ?rather like|prefer|love|want ?for ?you|u|this|it ?to
im|am|were ?i asking|telling|requesting|begging|trying ?you|u ?to ?to
i ?have|ive|just ?already|just|clearly|repeatedly ?already said|say|told|asked|replied|texted|wrote ?you|u ?people|guys ?to
already|clearly said|told|asked ?you|u ?people|guys ?to
how|where ?do|can|could|would|should|to ?i|we|one ?please ?get|make ?you|u ?this|it|these ?to
can|could|may i|we|please ?just ?get ?you ?to
you|u|yall can|may ?just
you|u|yall need|have|must|should|better|gotta ?to ?please ?just
tell|ask|get|make them|her|him|it|your ?people|system|bot ?to
want|wanna|need|like|wish|trying|to ?you ?u ?to
let me
i|we am|are ?done ?going ?to
ich|wir mochte|moechte|will|wurde|mochten|wollen ?gerne ?mich|bitte ?gern ?dass
konnen|konnten|konnt|kannst|wurden|wurdet sie|ihr|du|euch ?bitte ?mich ?damit
je|nous veux|souhaite|voudrais|desire|aimerais|demande ?que ?me|vous|de
pouvez|pourriez vous ?me
quiero|quisiera|deseo|favor|necesito ?que ?de ?me
pueden|podrian|puede ?por ?favor
quero|gostaria|favor|preciso|desejo ?de ?que ?me
voglio|vorrei|desidero|potete ?che
ik wil|zou|wens ?me|mij|graag ?willen
хочу|прошу|можете|можно ?меня ?вас
";
