/** A word of a name, spelled in one way whatever the alphabet and the language. */
export interface NameWord {
  /** The letters left after folding; of a patronymic the father's name alone. */
  readonly root: string;
  readonly patronymic: boolean;
}

/** Letter by letter into one Latin spelling: Kazakh letters as the Russian ones that are typed for them. */
const LETTERS: Readonly<Record<string, string>> = Object.fromEntries(
  (
    'а:a ә:a б:b в:v г:g ғ:g д:d е:e ё:e ж:j з:z и:i й:i і:i к:k қ:k л:l м:m н:n ң:n о:o ө:o п:p р:r с:s т:t ' +
    'у:u ұ:u ү:u ф:f х:h һ:h ц:ts ч:ch ш:sh щ:sh ъ: ь: ы:i э:e ю:iu я:ia ' +
    'q:k w:v x:ks y:i ı:i ş:sh ç:ch ğ:g ö:o ü:u ä:a ñ:n'
  )
    .split(' ')
    .map((pair) => pair.split(':') as [string, string]),
);

/** Groups of letters that are one sound, in the order in which they are replaced; ш becomes x, ч becomes c. */
const SOUNDS: readonly (readonly [RegExp, string])[] = [
  [/c(?!h)/g, 'k'],
  [/zh|dj|dzh/g, 'j'],
  [/kh/g, 'h'],
  [/gh/g, 'g'],
  [/s[kc]?ch|sh(?:ch)?/g, 'x'],
  [/ch/g, 'c'],
  [/ng/g, 'n'],
  [/io/g, 'e'],
  // Ерлан and Yerlan.
  [/^ie/g, 'e'],
];

const PATRONYMIC_WORD = /^(?:uli|ogli|oglu|ulu|kizi|gizi)$/;
const PATRONYMIC_ENDING = /(?:uli|ogli|oglu|kizi|gizi|[oei]vic|[oei]vna|icna|ic)$/;

/** The words of a name in the order in which they stand; empty when there is none. */
export function foldName(name: string): NameWord[] {
  const words: NameWord[] = [];
  for (const text of name
    .toLowerCase()
    .normalize('NFC')
    .split(/[^\p{L}]+/u)) {
    const folded = foldWord(text);
    if (folded === '') continue;
    const previous = words.at(-1);
    if (PATRONYMIC_WORD.test(folded) && previous) words[words.length - 1] = toPatronymic(previous.root);
    // The ending goes before double letters do: Серікқызы is of Серік.
    else if (folded.length > 5 && PATRONYMIC_ENDING.test(folded)) {
      words.push(toPatronymic(folded.replace(PATRONYMIC_ENDING, '')));
    } else words.push({ root: toSingle(folded).replace(/(ov|ev|in)a$/, '$1'), patronymic: false });
  }
  return words;
}

function foldWord(text: string): string {
  const latin = Array.from(text, (letter) => LETTERS[letter] ?? letter).join('');
  return SOUNDS.reduce((folded, [sound, letter]) => folded.replace(sound, letter), latin);
}

/** Сергейұлы and Сергеевич are of one father. */
function toPatronymic(root: string): NameWord {
  return { root: toSingle(root).replace(/[aeiou]+$/, ''), patronymic: true };
}

function toSingle(word: string): string {
  return word.replace(/(.)\1+/g, '$1');
}
