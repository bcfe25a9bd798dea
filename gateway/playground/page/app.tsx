import { explorerPlugin } from '@graphiql/plugin-explorer';
import type { Fetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Purpose, Role } from '../../../schema/access.ts';
import type { PlaygroundSettings } from '../routes.ts';
import { AnswerPane } from './answer-pane.tsx';
import { type Example, isAnswered, listExamples, toDocument } from './examples.ts';
import type { Places } from './format.ts';
import { ask, type Credentials, openSession } from './gateway-client.ts';
import { Identity, Masthead } from './header.tsx';
import type { Language } from './languages.ts';
import { Runner, type Task } from './runner.tsx';
import { translateSchema } from './schema-language.ts';
import { TEXTS } from './texts.ts';

/** Whoever opens the demonstration is the ministry's analyst first (decision F3). */
const FIRST_ROLE: Role = 'ANALYST';
const EXPLORER = explorerPlugin({ showAttribution: false });
const PLUGINS = [EXPLORER];

/** Who asks, as the gateway sees the token. */
interface Session {
  readonly token: string;
  readonly role: Role;
  readonly districtKato: string | null;
  readonly now: string;
  readonly organisation: { readonly titleRu: string; readonly titleKk: string } | null;
  readonly demonstration: boolean;
  /** When `now` was, by the clock of the browser. */
  readonly askedAt: number;
}

const ME = `query Me { me { role districtKato now demonstration organisation { titleRu titleKk } } }`;

/** How wide the request stands beside the answer, and how high its variables below it. */
const PROPORTIONS = [
  ['graphiql:editorFlex', '0.62'],
  ['graphiql:secondaryEditorFlex', '4'],
] as const;

export function App({ settings }: { settings: PlaygroundSettings }) {
  const { demonstration } = settings;
  const [language, setLanguage] = useState<Language>('ru');
  const [role, setRole] = useState<Role>(FIRST_ROLE);
  const [districtKato, setDistrictKato] = useState(demonstration?.districts[0]?.kato ?? '');
  const [token, setToken] = useState<string | null>(null);
  const [purpose, setPurpose] = useState<Purpose | null>('STATISTICS');
  const [session, setSession] = useState<Session | null>(null);
  const [introspection, setIntrospection] = useState<IntrospectionQuery | null>(null);
  const [example, setExample] = useState<Example | null>(null);
  const [task, setTask] = useState<Task | null>(null);
  const [storage] = useState(createForgetfulStorage);

  const places = useMemo<Places>(
    () =>
      new Map(
        demonstration?.districts.map(({ kato, titleRu, titleKk }) => [kato, { ru: titleRu, kk: titleKk, en: titleRu }]),
      ),
    [demonstration],
  );
  const schema = useMemo(() => introspection && translateSchema(introspection, language), [introspection, language]);

  // GraphiQL keeps the first fetcher it is given: this one always reads who asks now.
  const credentials = useRef<Credentials>({ token: '', purpose: null });
  credentials.current = { token: token ?? '', purpose };
  const fetcher = useCallback<Fetcher>(
    (request) => ask(credentials.current, { ...request, operationName: nameOfOperation(request) }) as never,
    [],
  );

  const turn = useRef(0);
  const open = useCallback(
    async (chosen: Example, as: Session) => {
      turn.current += 1;
      const mine = turn.current;
      setExample(chosen);
      setPurpose(chosen.purpose);
      credentials.current = { token: as.token, purpose: chosen.purpose };
      const district = as.districtKato ?? districtKato;
      const circumstances = {
        districtKato: district,
        regionKato: district && `${district.slice(0, 2)}0000000`,
        now: as.now,
      };
      const found = chosen.find && (await findVariables(chosen.find, credentials.current, circumstances));
      // Whoever chose another example while this one looked for its variables wants that one.
      if (mine !== turn.current) return;
      setTask({
        document: toDocument(chosen),
        variables: { ...chosen.variables?.(circumstances), ...found },
      });
    },
    [districtKato],
  );

  useEffect(() => {
    document.documentElement.lang = language;
    document.title = `${TEXTS.title[language]} – ${TEXTS.subtitle[language]}`;
    document.documentElement.style.setProperty('--variables', JSON.stringify(TEXTS.variables[language]));
  }, [language]);

  // In the demonstration a token follows the role; in production it is pasted.
  useEffect(() => {
    if (!demonstration) return undefined;
    let current = true;
    openSession(role, districtKato).then(
      (opened) => current && setToken(opened),
      () => current && setToken(''),
    );
    return () => {
      current = false;
    };
  }, [demonstration, role, districtKato]);

  useEffect(() => {
    if (token === null) return undefined;
    let current = true;
    const askedAt = performance.now();
    const bearer = { token, purpose: null };
    void ask(bearer, { query: ME }).then(({ data }) => {
      const me = data?.['me'] as Omit<Session, 'token' | 'askedAt'> | null | undefined;
      if (!current) return;
      if (!me) {
        // The answer says why, above it.
        setSession(null);
        setTask({ document: `${ME}\n`, variables: {} });
        return;
      }
      const opened = { ...me, token, askedAt };
      setSession(opened);
      const [first] = listExamples(me.role).filter(isAnswered);
      if (first) void open(first, opened);
    });
    return () => {
      current = false;
    };
    // `open` changes with the district, and so does the token.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [token]);

  useEffect(() => {
    if (!session || introspection) return;
    void ask({ token: session.token, purpose: null }, { query: getIntrospectionQuery() }).then(({ data }) => {
      if (data) setIntrospection(data as unknown as IntrospectionQuery);
    });
  }, [session, introspection]);

  const examples = listExamples(session?.role ?? role);
  return (
    <>
      <Masthead language={language} onLanguage={setLanguage} clock={session} />
      <Identity
        language={language}
        districts={demonstration?.districts ?? null}
        role={role}
        onRole={setRole}
        districtKato={districtKato}
        onDistrict={setDistrictKato}
        purpose={purpose}
        onPurpose={setPurpose}
        onToken={setToken}
        organisation={session?.organisation ?? null}
        signedInAs={session?.role ?? null}
      />
      <div className="workplace">
        <nav className="examples" aria-labelledby="examples-title">
          <h2 id="examples-title">{TEXTS.examples[language]}</h2>
          <ul>
            {examples.map((entry) => (
              <li key={entry.id}>
                <button
                  type="button"
                  aria-current={entry === example}
                  disabled={!session}
                  onClick={() => session && void open(entry, session)}
                >
                  {entry.title[language]}
                  {!isAnswered(entry) && <small>{TEXTS.notYet[language]}</small>}
                </button>
              </li>
            ))}
          </ul>
        </nav>
        <main>
          <GraphiQL
            fetcher={fetcher}
            schema={schema}
            plugins={PLUGINS}
            storage={storage}
            forcedTheme="light"
            isHeadersEditorEnabled={false}
            showPersistHeadersSettings={false}
            defaultEditorToolsVisibility="variables"
            defaultQuery=""
          >
            <GraphiQL.Footer>
              <AnswerPane schema={schema} language={language} places={places} />
            </GraphiQL.Footer>
            <Runner task={task} language={language} builder={EXPLORER} schema={schema} />
          </GraphiQL>
        </main>
      </div>
    </>
  );
}

async function findVariables(
  { document, read }: NonNullable<Example['find']>,
  credentials: Credentials,
  variables: object,
): Promise<Record<string, unknown> | undefined> {
  const { data } = await ask(credentials, { query: document, variables: { ...variables } });
  return data ? read(data) : undefined;
}

/** GraphiQL learns an operation's name a moment after its text: a name that the text does not have is of the text before. */
function nameOfOperation({
  query,
  operationName,
}: {
  query: string;
  operationName?: string | null;
}): string | undefined {
  return operationName && new RegExp(`\\b${operationName}\\b`).test(query) ? operationName : undefined;
}

/** Lasts as long as the page: nothing that is asked or answered stays in the browser, for it may be about people. */
function createForgetfulStorage() {
  const kept = new Map<string, string>(PROPORTIONS);
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
    clear: () => kept.clear(),
    get length() {
      return kept.size;
    },
  };
}
