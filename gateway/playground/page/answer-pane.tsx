import { useGraphiQL } from '@graphiql/react';
import { type GraphQLSchema } from 'graphql';
import { useMemo, useState } from 'react';
import { shapeAnswer, type TitledShape } from './answer-shape.ts';
import { Notices, ReadableAnswer } from './answer-view.tsx';
import type { Places } from './format.ts';
import type { Answer } from './gateway-client.ts';
import type { Language } from './languages.ts';
import { listNotices } from './notices.ts';
import { TEXTS } from './texts.ts';

const VIEWS = ['readable', 'json'] as const;

/** The answer of the tab in front: what must be known first, then a table, or the JSON as it came. */
export function AnswerPane(of: { schema: GraphQLSchema | null; language: Language; places: Places }) {
  const { schema, language, places } = of;
  const [view, setView] = useState<(typeof VIEWS)[number]>('readable');
  const tab = useGraphiQL(({ tabs, activeTabIndex }) => tabs[activeTabIndex]);
  const isFetching = useGraphiQL((state) => state.isFetching);
  const query = tab?.query ?? '';
  const answer = useMemo(() => readAnswer(tab?.response), [tab?.response]);
  const notices = useMemo(() => (answer ? listNotices(answer, schema, language) : []), [answer, schema, language]);
  // The query of the moment of the answer: what is typed later does not change what is shown.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const answered = useMemo(() => query, [answer]);
  const shapes = useMemo(
    () => answer?.data && schema && readShapes({ schema, language, places, document: answered, data: answer.data }),
    [answer, answered, schema, language, places],
  );
  return (
    <section className="answer" data-view={view} aria-label={TEXTS.answer[language]} aria-busy={isFetching}>
      <div className="answer-head">
        <h2>{TEXTS.answer[language]}</h2>
        <div className="choice" role="group" aria-label={TEXTS.answerView[language]}>
          {VIEWS.map((name) => (
            <button key={name} type="button" aria-pressed={view === name} onClick={() => setView(name)}>
              {TEXTS[name][language]}
            </button>
          ))}
        </div>
      </div>
      <Notices notices={notices} />
      {view === 'readable' && (
        <div className="answer-body">
          {shapes ? (
            <ReadableAnswer shapes={shapes} language={language} />
          ) : (
            <p className="nothing">{TEXTS[isFetching ? 'waiting' : answer ? 'noData' : 'noAnswer'][language]}</p>
          )}
        </div>
      )}
    </section>
  );
}

function readAnswer(response: string | null | undefined): Answer | null {
  if (!response) return null;
  try {
    return JSON.parse(response) as Answer;
  } catch {
    // GraphiQL writes its own complaints, such as variables that are no JSON, as text.
    return { errors: [{ message: response }] };
  }
}

/** Null for a document that is being typed and cannot be read yet. */
function readShapes(of: Parameters<typeof shapeAnswer>[0]): readonly TitledShape[] | null {
  try {
    return shapeAnswer(of);
  } catch {
    return null;
  }
}
