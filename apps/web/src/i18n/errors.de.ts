import type { ErrorCode } from '@atelier/kernel/errors';

const notFound = 'Nicht gefunden.';

/** What the server refuses with, in German: it answers in English. A new code has no translation until it stands here. */
export const errorsDe: Readonly<Record<ErrorCode, string>> = {
  'auth.required': 'Ihre Anmeldung ist beendet. Melden Sie sich wieder an; Ihr Entwurf ist noch da.',
  'auth.invalid_credentials': 'E-Mail-Adresse und Passwort passen nicht zusammen.',
  'auth.registration_refused':
    'Dieses Konto konnte nicht angelegt werden. Wenn Sie schon eines haben, melden Sie sich an.',
  'auth.password_weak':
    'Dieses Passwort ist zu leicht zu erraten. Wählen Sie ein anderes, zum Beispiel vier Wörter, die nichts miteinander zu tun haben.',
  'auth.password_wrong': 'Das ist nicht Ihr Passwort.',
  'auth.password_needed':
    'Das ist nicht der Browser, in dem Sie sich registriert haben. Wählen Sie ein Passwort, um fortzufahren.',
  'auth.link_invalid': 'Dieser Link gilt nicht mehr: Er wurde verwendet oder ist zu alt. Fordern Sie einen neuen an.',
  'auth.locked':
    'Zu viele falsche Passwörter für diese Adresse. Warten Sie einen Augenblick oder setzen Sie ein neues Passwort.',
  'auth.reset_needed':
    'Viel zu viele falsche Passwörter für diese Adresse. Setzen Sie ein neues Passwort, um sich wieder anzumelden.',
  'auth.busy': 'Zu viele Anmeldungen auf einmal. Versuchen Sie es gleich noch einmal.',
  'auth.confirmation_required': 'Bestätigen Sie, dass Sie es sind, und versuchen Sie es dann noch einmal.',
  'auth.second_factor_required':
    'Wer hier verwaltet, braucht einen zweiten Faktor. Richten Sie einen in Ihren Sicherheitseinstellungen ein und melden Sie sich damit an.',
  'auth.code_invalid':
    'Dieser Code stimmt nicht oder wurde schon verwendet. Warten Sie auf den nächsten und versuchen Sie es noch einmal.',
  'auth.challenge_ended':
    'Das hat zu lange gedauert, oder es waren zu viele falsche Codes. Melden Sie sich von vorn an.',
  'auth.passkey_refused':
    'Dieser Passkey konnte nicht verwendet werden. Versuchen Sie es noch einmal oder wählen Sie einen anderen Weg.',
  'auth.last_way':
    'Das ist Ihr einziger Weg, sich anzumelden. Fügen Sie zuerst einen anderen hinzu und entfernen Sie diesen dann.',
  'auth.no_second_factor': 'Richten Sie zuerst eine Authenticator-App oder einen Passkey ein.',
  'auth.provider_unavailable': 'Der Anbieter der Anmeldung antwortet nicht. Versuchen Sie es gleich noch einmal.',
  'totp.active': 'Eine Authenticator-App ist schon eingerichtet. Entfernen Sie sie zuerst.',
  'totp.not_active': 'Es ist keine Authenticator-App eingerichtet.',
  'passkey.not_found': notFound,
  'passkey.exists': 'Dieser Passkey ist schon bekannt.',
  'passkey.too_many': 'Sie haben zwanzig Passkeys. Entfernen Sie zuerst einen.',
  'device.not_found': notFound,
  'account.not_found': notFound,
  'key.not_found': notFound,
  'key.too_many': 'Sie haben hier fünfzig Schlüssel. Widerrufen Sie zuerst einen.',
  'permission.denied': 'Ihre Rolle erlaubt das nicht.',
  'provider.not_found': notFound,
  'provider.too_many': 'Es gibt schon fünfzig Anbieter. Entfernen Sie zuerst einen.',
  'model.not_found': notFound,
  'model.too_many': 'Ein Anbieter hat hier höchstens 500 Modelle. Entfernen Sie zuerst einige.',
  'chain.not_found': notFound,
  'chain.too_many': 'Es gibt schon fünfzig Ketten. Entfernen Sie zuerst eine.',
  'mail.not_set_up':
    'Diese Installation versendet keine E-Mails. Bitten Sie die Betreiber, das einzurichten, und versuchen Sie es dann noch einmal.',
  'installation.has_owner':
    'Diese Installation hat schon einen Eigentümer. Fragen Sie dort nach dem, was Sie brauchen.',
  'user.not_found': notFound,
  'request.invalid': 'Die Anfrage ist nicht gültig.',
  'request.conflict': 'Das wurde schon mit anderem Inhalt abgeschickt. Senden Sie es als neue Anfrage noch einmal.',
  'request.too_many': 'Das war zu viel in kurzer Zeit. Warten Sie einen Augenblick und versuchen Sie es noch einmal.',
  'request.foreign_host': 'Der Server antwortet nicht unter diesem Namen.',
  'request.forbidden_origin': 'Diese Adresse darf den Server nicht aufrufen.',
  'request.unsupported_media': 'Senden Sie diese Anfrage als JSON.',
  'request.too_large': 'Die Anfrage ist zu groß.',
  'organisation.not_found': notFound,
  'organisation.personal':
    'Das ist Ihr persönlicher Arbeitsbereich: Er kann nicht umbenannt, geteilt, verlassen oder gelöscht werden.',
  'organisation.needs_owner': 'Übergeben Sie die Organisation zuerst jemand anderem und verlassen Sie sie dann.',
  'organisation.changed':
    'Sie sind jetzt in einer anderen Organisation, deshalb ist nichts geschehen. Sehen Sie nach und versuchen Sie es noch einmal.',
  'member.not_found': notFound,
  'invitation.not_found': 'Diese Einladung gilt nicht mehr.',
  'invitation.exists':
    'Diese Adresse ist schon eingeladen. Senden Sie jene Einladung noch einmal oder nehmen Sie sie zuerst zurück.',
  'invitation.other_address':
    'Diese Einladung gilt für eine andere Adresse. Melden Sie sich mit jener an, um sie anzunehmen.',
  'route.not_found': notFound,
  'session.not_found': notFound,
  'session.stale': 'Jemand hat diese Sitzung inzwischen geändert. Sehen Sie nach und versuchen Sie es noch einmal.',
  'session.archived': 'Diese Sitzung ist archiviert. Holen Sie sie zurück, um fortzufahren.',
  'message.too_many_queued':
    'Es warten schon zwanzig Nachrichten. Lassen Sie den Agenten antworten oder entfernen Sie eine.',
  'message.not_found': notFound,
  'run.not_found': notFound,
  'run.not_finished': 'Diese Antwort wird noch geschrieben.',
  'run.not_steerable': 'Diese Nachricht kann die Antwort, die gerade geschrieben wird, nicht lesen.',
  'run.of_pipeline':
    'Diese Antwort gehört zu einem Ablauf. Entscheiden Sie an seinem Halt, oder lassen Sie seine Stufe noch einmal laufen.',
  'run.not_latest': 'Das Gespräch ist inzwischen weitergegangen. Senden Sie stattdessen eine neue Nachricht.',
  'ask.not_found': notFound,
  'ask.decided': 'Das ist schon entschieden. Sehen Sie noch einmal nach.',
  'ask.input_invalid': 'Die geänderten Argumente sind kein JSON-Objekt.',
  'agent.not_found': notFound,
  'agent.stale': 'Jemand hat diesen Agenten inzwischen geändert. Sehen Sie ihn an und versuchen Sie es noch einmal.',
  'agent.too_many': 'Hier gibt es schon hundert Agenten. Archivieren Sie zuerst einen.',
  'pipeline.not_found': notFound,
  'pipeline.stale': 'Jemand hat diesen Ablauf inzwischen geändert. Sehen Sie ihn an und versuchen Sie es noch einmal.',
  'pipeline.too_many': 'Hier gibt es schon hundert Abläufe. Archivieren Sie zuerst einen.',
  'pipeline.active': 'In dieser Sitzung läuft schon ein Ablauf. Warten Sie, bis er fertig ist, oder halten Sie ihn an.',
  'pipeline.decided': 'Über diese Stufe ist schon entschieden. Sehen Sie noch einmal nach.',
  'pipeline.agent_gone':
    'Einen Agenten dieses Ablaufs gibt es nicht mehr. Wählen Sie für seine Stufe einen anderen, und starten Sie ihn dann.',
  'pipeline.goal_too_long': 'Mit diesem Text wird ein Ziel des Ablaufs zu lang. Starten Sie ihn mit einem kürzeren.',
  'pipeline.too_many_tries': 'Die Stufen dieses Ablaufs wurden hundertmal versucht. Starten Sie ihn neu.',
  'pipeline.not_stopped': 'Nur eine Stufe, die fehlschlug oder angehalten wurde, läuft noch einmal.',
  'mcp_server.not_found': notFound,
  'mcp_server.name_taken': 'Einen Server dieses Namens gibt es schon. Wählen Sie einen anderen Namen.',
  'mcp_server.too_many': 'Hier gibt es schon zwanzig Server. Entfernen Sie zuerst einen.',
  'mcp_server.command_not_allowed':
    'Als MCP-Server dürfen nur Befehle laufen, die ein Administrator der Installation eingetragen hat.',
  'mcp_tool.changed': 'Ein Werkzeug ist nicht mehr das, was Sie gesehen haben. Sehen Sie es noch einmal an.',
  'mcp_authorisation.not_offered':
    'Dieser Server verlangt gerade keine Anmeldung. Wenn er es sollte, prüfen Sie seine Adresse.',
  'mcp_authorisation.not_started':
    'Diese Anmeldung haben Sie nicht hier begonnen, oder sie hat zu lange gedauert. Beginnen Sie in den Einstellungen neu.',
  'mcp_authorisation.failed': 'Die Anmeldung hat nicht geklappt. Prüfen Sie den Server und beginnen Sie neu.',
  'rule.not_found': notFound,
  'rule.too_many': 'Hier gibt es schon zweihundert Regeln. Entfernen Sie zuerst eine.',
  'checkpoint.not_found': notFound,
  'session.busy': 'Der Agent arbeitet hier gerade. Warten Sie, bis er fertig ist, oder halten Sie ihn an.',
  'file.not_found': notFound,
  'file.name_invalid': 'Dieser Dateiname kann nicht verwendet werden.',
  'file.too_large': 'Die Datei ist zu groß.',
  'file.exists': 'Etwas anderes mit diesem Namen ist im Weg.',
  'file.incomplete': 'Das Hochladen endete zu früh; nichts wurde gespeichert.',
  'workspace.quota_exceeded':
    'Der Arbeitsbereich ist voll. Entfernen Sie Dateien und versuchen Sie es dann noch einmal.',
  'sandbox.off':
    'Hier kann nichts laufen: Dieser Server hat keine Sandbox. Bitten Sie den Betreiber, sie einzuschalten.',
  'terminal.not_found': notFound,
  'terminal.elsewhere':
    'Dieses Terminal gibt es nicht mehr: Der Server wurde neu gestartet, oder Sie erreichen einen anderen Teil davon. Öffnen Sie ein neues.',
  'terminal.too_many':
    'Jetzt kann kein weiteres Terminal geöffnet werden. Schließen Sie erst eines, oder warten Sie, bis jemand anderes es tut.',
  'upload.not_found': notFound,
  'service.unavailable': 'Ein Teil des Dienstes antwortet nicht. Versuchen Sie es in ein paar Sekunden noch einmal.',
  'service.draining': 'Der Server startet neu. Versuchen Sie es in ein paar Sekunden noch einmal.',
  'internal.unexpected': 'Bei uns ist etwas schiefgegangen. Nichts von dem, was Sie geschrieben haben, ist verloren.',
};
