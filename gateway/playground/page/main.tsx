// Styles, fonts and the editor's workers are there by being imported.
// oxlint-disable import/no-unassigned-import
import '@fontsource-variable/inter';
import '@fontsource-variable/jetbrains-mono';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import 'graphiql/graphiql.css';
import 'graphiql/setup-workers/vite';
import '@graphiql/plugin-explorer/style.css';
import './page.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { fetchSettings } from './gateway-client.ts';
import { TEXTS } from './texts.ts';

const root = createRoot(document.querySelector('#page')!);
// The editor measures its font once: it must be there before.
Promise.all([fetchSettings(), document.fonts.load("14px 'JetBrains Mono Variable'", 'aяқ')]).then(
  ([settings]) => root.render(<App settings={settings} />),
  () => root.render(<p role="alert">{TEXTS.broken.ru}</p>),
);
