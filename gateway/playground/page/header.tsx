import { type FormEvent, useEffect, useState } from 'react';
import { type Purpose, PURPOSES, type Role } from '../../../schema/access.ts';
import type { PlaygroundDistrict } from '../routes.ts';
import { formatClock } from './format.ts';
import { type Language, LANGUAGES } from './languages.ts';
import { LANGUAGE_NAMES, PURPOSE_NAMES, ROLE_NAMES, ROLE_ORDER, TEXTS } from './texts.ts';

interface ClockStart {
  readonly now: string;
  readonly askedAt: number;
  readonly demonstration: boolean;
}

/** Name, clock and languages. */
export function Masthead(of: {
  language: Language;
  onLanguage: (language: Language) => void;
  clock: ClockStart | null;
}) {
  const { language, onLanguage, clock } = of;
  return (
    <header className="masthead">
      <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
        <path d="M16 16 8.5 9.5M16 16l7.5-6.5M16 16v8" />
        <circle cx="16" cy="16" r="4" />
        <circle cx="8.5" cy="9.5" r="3" />
        <circle cx="23.5" cy="9.5" r="3" />
        <circle className="child" cx="16" cy="24.5" r="3" />
      </svg>
      <div className="name">
        <h1>{TEXTS.title[language]}</h1>
        <p>{TEXTS.subtitle[language]}</p>
      </div>
      {clock && <Clock start={clock} language={language} />}
      <div className="choice languages" role="group" aria-label={TEXTS.language[language]}>
        {LANGUAGES.map((name) => (
          <button
            key={name}
            type="button"
            lang={name}
            title={LANGUAGE_NAMES[name].full}
            aria-label={LANGUAGE_NAMES[name].full}
            aria-pressed={language === name}
            onClick={() => onLanguage(name)}
          >
            {LANGUAGE_NAMES[name].short}
          </button>
        ))}
      </div>
    </header>
  );
}

const SECOND_MS = 1000;

/** The clock of the system, which in the demonstration is not the clock on the wall. */
function Clock({ start, language }: { start: ClockStart; language: Language }) {
  const [browserNow, setBrowserNow] = useState(performance.now());
  useEffect(() => {
    const timer = setInterval(() => setBrowserNow(performance.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  const now = Date.parse(start.now) + Math.max(0, browserNow - start.askedAt);
  const { day, time } = formatClock(now, language);
  return (
    <div className="clock">
      <small>{(start.demonstration ? TEXTS.clock : TEXTS.systemClock)[language]}</small>
      <time dateTime={new Date(now).toISOString()}>
        {day}, <b>{time}</b>
      </time>
    </div>
  );
}

/** Who asks, where, and why. */
export function Identity(of: {
  language: Language;
  /** Null in production: there a token says who asks. */
  districts: readonly PlaygroundDistrict[] | null;
  role: Role;
  onRole: (role: Role) => void;
  districtKato: string;
  onDistrict: (kato: string) => void;
  purpose: Purpose | null;
  onPurpose: (purpose: Purpose | null) => void;
  onToken: (token: string) => void;
  organisation: { readonly titleRu: string; readonly titleKk: string } | null;
  signedInAs: Role | null;
}) {
  const { language, districts, purpose, onPurpose, organisation } = of;
  return (
    <div className="identity">
      {districts ? (
        <>
          <label>
            <span>{TEXTS.role[language]}</span>
            <select name="role" value={of.role} onChange={(event) => of.onRole(event.target.value as Role)}>
              {ROLE_ORDER.map((role) => (
                <option key={role} value={role}>
                  {`${ROLE_NAMES[role][language]} (${TEXTS.demo[language]})`}
                </option>
              ))}
            </select>
          </label>
          <label>
            <span>{TEXTS.district[language]}</span>
            <select
              name="district"
              value={of.districtKato}
              onChange={(event) => of.onDistrict(event.target.value)}
              disabled={districts.length < 2}
            >
              {districts.map(({ kato, titleRu, titleKk }) => (
                <option key={kato} value={kato}>
                  {language === 'kk' ? titleKk : titleRu}
                </option>
              ))}
            </select>
          </label>
        </>
      ) : (
        <TokenForm language={language} onToken={of.onToken} signedInAs={of.signedInAs} />
      )}
      <label>
        <span>{TEXTS.purpose[language]}</span>
        <select
          name="purpose"
          value={purpose ?? ''}
          onChange={(event) => onPurpose((event.target.value || null) as Purpose | null)}
        >
          {PURPOSES.map((name) => (
            <option key={name} value={name}>
              {PURPOSE_NAMES[name][language]}
            </option>
          ))}
          <option value="">{TEXTS.noPurpose[language]}</option>
        </select>
      </label>
      <p className="about">
        {districts && <strong>{TEXTS.invented[language]}</strong>}
        {organisation && <span>{language === 'kk' ? organisation.titleKk : organisation.titleRu}</span>}
      </p>
    </div>
  );
}

function TokenForm(of: { language: Language; onToken: (token: string) => void; signedInAs: Role | null }) {
  const { language, onToken, signedInAs } = of;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    // Nothing is sent as a form: the policy of the page forbids it.
    event.preventDefault();
    onToken((new FormData(event.currentTarget).get('token') as string).trim());
  };
  return (
    <form className="token" onSubmit={submit}>
      <label>
        <span>
          {TEXTS.token[language]}
          {signedInAs && ` · ${ROLE_NAMES[signedInAs][language]}`}
        </span>
        <input name="token" type="password" autoComplete="off" required placeholder={TEXTS.tokenHint[language]} />
      </label>
      <button type="submit" className="primary">
        {TEXTS.useToken[language]}
      </button>
    </form>
  );
}
