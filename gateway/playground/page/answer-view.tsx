import { type ReactNode, useId } from 'react';
import type { Column, Shape, TitledShape } from './answer-shape.ts';
import type { Language } from './languages.ts';
import type { Notice } from './notices.ts';
import { TEXTS } from './texts.ts';

/** What stands above the answer: outages, refusals, and what was left out. */
export function Notices({ notices }: { notices: readonly Notice[] }) {
  return (
    <div className="notices" role="status" aria-live="polite">
      {notices.map(({ tone, title, detail }) => (
        <div key={`${tone} ${title} ${detail}`} className={`notice notice-${tone}`}>
          <strong>{title}</strong>
          {detail && <span>{detail}</span>}
        </div>
      ))}
    </div>
  );
}

/** An answer as tables and cards. */
export function ReadableAnswer({ shapes, language }: { shapes: readonly TitledShape[]; language: Language }) {
  return (
    <div className="readable">
      {shapes.map(({ title, shape }) => (
        <Section key={title} title={title}>
          <ShapeView shape={shape} language={language} />
        </Section>
      ))}
    </div>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <h3 id={id}>{title}</h3>
      {children}
    </section>
  );
}

function ShapeView({ shape, language }: { shape: Shape; language: Language }): ReactNode {
  switch (shape.kind) {
    case 'nothing':
      return <span className="nothing">–</span>;
    case 'value':
      return shape.text;
    case 'record':
      return <RecordView fields={shape.fields} language={language} />;
    case 'list':
      return <ListView {...shape} language={language} />;
    case 'table':
      return <TableView {...shape} language={language} />;
  }
}

/** Plain values side by side, what has parts of its own below with its title. */
function RecordView({ fields, language }: { fields: readonly TitledShape[]; language: Language }) {
  const plain = fields.filter(({ shape }) => shape.kind === 'value' || shape.kind === 'nothing');
  const parts = fields.filter(({ shape }) => shape.kind !== 'value' && shape.kind !== 'nothing');
  return (
    <div className="record">
      {plain.length > 0 && (
        <dl>
          {plain.map(({ title, shape }) => (
            <div key={title}>
              <dt>{title}</dt>
              <dd>
                <ShapeView shape={shape} language={language} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {parts.map(({ title, shape }) => (
        <div key={title} className="part">
          <h4>{title}</h4>
          <ShapeView shape={shape} language={language} />
        </div>
      ))}
    </div>
  );
}

function ListView({ items, more, language }: { items: readonly Shape[]; more: boolean; language: Language }) {
  if (items.length === 0) return <p className="nothing">{TEXTS.emptyList[language]}</p>;
  const plain = items.every(({ kind }) => kind === 'value');
  return (
    <>
      {/* A list never changes under its keys: an answer is shown whole, and replaced whole. */}
      <ul className={plain ? 'values' : 'cards'}>
        {items.map((item, index) => (
          // oxlint-disable-next-line no-array-index-key
          <li key={index}>
            <ShapeView shape={item} language={language} />
          </li>
        ))}
      </ul>
      {more && <p className="more">{TEXTS.more[language]}</p>}
    </>
  );
}

/** One column of numbers in a long list is drawn, too: a region with ten times as much shows at a glance. */
const SHORTEST_CHART = 8;

function TableView(of: {
  columns: readonly Column[];
  rows: readonly (readonly Shape[])[];
  more: boolean;
  language: Language;
}) {
  const { columns, rows, more, language } = of;
  if (rows.length === 0) return <p className="nothing">{TEXTS.emptyList[language]}</p>;
  const numeric = columns.map((_, index) => rows.some((row) => numberOf(row[index]) !== null));
  const drawn = rows.length >= SHORTEST_CHART && numeric.filter(Boolean).length === 1 ? numeric.indexOf(true) : -1;
  const largest = Math.max(1, ...rows.map((row) => numberOf(row[drawn]) ?? 0));
  return (
    <>
      <div className="table-frame" tabIndex={0} role="group">
        <table>
          <thead>
            <tr>
              {columns.map(({ title, of: owner }, index) => (
                <th key={`${owner} ${title}`} scope="col" className={numeric[index] ? 'number' : undefined}>
                  {owner && owner !== columns[index - 1]?.of && <small>{owner}</small>}
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, line) => (
              // oxlint-disable-next-line no-array-index-key
              <tr key={line}>
                {row.map((shape, index) => (
                  // oxlint-disable-next-line no-array-index-key
                  <td key={index} className={numeric[index] ? 'number' : undefined}>
                    <Cell shape={shape} language={language} />
                    {index === drawn && <Bar share={(numberOf(shape) ?? 0) / largest} />}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {more && <p className="more">{TEXTS.more[language]}</p>}
    </>
  );
}

/** A list within a cell is told in lines. */
function Cell({ shape, language }: { shape: Shape; language: Language }) {
  if (shape.kind === 'list') {
    return shape.items.map((item) => (item.kind === 'value' ? item.text : '')).join(', ') || <Nothing />;
  }
  if (shape.kind !== 'table') return <ShapeView shape={shape} language={language} />;
  if (shape.rows.length === 0) return <Nothing />;
  return shape.rows.map((row, line) => (
    // oxlint-disable-next-line no-array-index-key
    <div key={line}>{row.flatMap((cell) => (cell.kind === 'value' ? [cell.text] : [])).join(' · ')}</div>
  ));
}

const Nothing = () => <span className="nothing">–</span>;

function Bar({ share }: { share: number }) {
  return <span className="bar" aria-hidden="true" style={{ inlineSize: `${Math.round(share * 100)}%` }} />;
}

function numberOf(shape: Shape | undefined): number | null {
  return shape?.kind === 'value' ? shape.number : null;
}
