import { DOC_EXPLORER_PLUGIN, useDocExplorer, useDocExplorerActions } from '@graphiql/plugin-doc-explorer';
import { type GraphiQLPlugin, useGraphiQL, useGraphiQLActions } from '@graphiql/react';
import type { GraphQLSchema } from 'graphql';
import { useEffect } from 'react';
import { createPortal } from 'react-dom';
import type { Language } from './languages.ts';
import { TEXTS } from './texts.ts';

/** A document to put into the editors and to send. */
export interface Task {
  readonly document: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const EDITOR_OPTIONS = {
  fontFamily: "'JetBrains Mono Variable', monospace",
  fontSize: 13,
  lineHeight: 20,
  wordWrap: 'on',
  // Cyrillic beside Latin is no attack here: comments are Russian.
  unicodeHighlight: { ambiguousCharacters: false, invisibleCharacters: false },
} as const;

/** The hands of the page in GraphiQL: opens examples, and the buttons that GraphiQL has as icons only. */
export function Runner(of: {
  task: Task | null;
  language: Language;
  builder: GraphiQLPlugin;
  schema: GraphQLSchema | null;
}) {
  const { task, language, builder, schema } = of;
  const docs = DOC_EXPLORER_PLUGIN;
  const actions = useGraphiQLActions();
  const docActions = useDocExplorerActions();
  const visited = useDocExplorer();
  const { queryEditor, variableEditor, responseEditor, visiblePlugin } = useGraphiQL((state) => state);

  useEffect(() => {
    for (const editor of [queryEditor, variableEditor, responseEditor]) editor?.updateOptions(EDITOR_OPTIONS);
  }, [queryEditor, variableEditor, responseEditor]);

  useEffect(() => {
    if (!task || !queryEditor || !variableEditor || !responseEditor) return;
    const variables = Object.keys(task.variables).length > 0 ? JSON.stringify(task.variables, null, 2) : '';
    queryEditor.setValue(task.document);
    variableEditor.setValue(variables);
    actions.updateActiveTabValues({ query: task.document, variables });
    actions.run();
  }, [task, queryEditor, variableEditor, responseEditor, actions]);

  const place = document.querySelector('.graphiql-session-header');
  const openDocs = () => {
    const query = schema?.getQueryType();
    // The list of all types tells nobody anything: what can be asked for does.
    if (query && visited.length === 1) docActions.push({ name: query.name, def: query });
    toggle(docs)();
  };
  const toggle = (plugin: GraphiQLPlugin) => () => actions.setVisiblePlugin(visiblePlugin === plugin ? null : plugin);
  return (
    place &&
    createPortal(
      <div className="session-tools">
        <h2>{TEXTS.request[language]}</h2>
        {schema ? (
          <>
            <button type="button" aria-pressed={visiblePlugin === docs} onClick={openDocs}>
              {TEXTS.docs[language]}
            </button>
            <button type="button" aria-pressed={visiblePlugin === builder} onClick={toggle(builder)}>
              {TEXTS.builder[language]}
            </button>
          </>
        ) : (
          <small>{TEXTS.noSchema[language]}</small>
        )}
        <button type="button" className="primary" onClick={() => actions.run()}>
          {TEXTS.run[language]}
        </button>
      </div>,
      place,
    )
  );
}
