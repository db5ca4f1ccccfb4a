import type { Question } from '@atelier/contracts/parts';
import { Button } from '@atelier/ui/button';
import { MessageCircleQuestion } from 'lucide-react';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';

interface QuestionCardProps {
  readonly question: Question;
  readonly isBusy: boolean;
  readonly onAnswer: (text: string) => void;
}

/** The agent asks: one of its choices, or an answer in the person's own words. */
export function QuestionCard({ question, isBusy, onAnswer }: QuestionCardProps) {
  const { t } = useTranslation();
  const headingId = useId();
  const [text, setText] = useState('');
  return (
    <section aria-labelledby={headingId} className="rounded-3 border border-accent bg-raised px-3 py-2.5 text-2">
      <div className="flex items-start gap-2">
        <MessageCircleQuestion aria-hidden className="mt-0.5 size-4 flex-none text-accent" />
        <h2 id={headingId} className="min-w-0 flex-1 font-semibold break-words whitespace-pre-wrap">
          {question.text}
        </h2>
      </div>
      {question.choices.length > 0 && (
        <div className="mt-2 flex flex-wrap gap-2">
          {question.choices.map((choice) => (
            <Button
              key={choice}
              disabled={isBusy}
              onClick={() => onAnswer(choice)}
              className="h-auto! min-h-8 whitespace-normal! text-left"
            >
              {choice}
            </Button>
          ))}
        </div>
      )}
      <form
        className="mt-2 flex gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== '') onAnswer(text.trim());
        }}
      >
        <input
          aria-label={t('question.answer')}
          placeholder={question.choices.length > 0 ? t('question.other') : t('question.answer')}
          value={text}
          maxLength={20_000}
          onChange={(event) => setText(event.target.value)}
          className="h-8 min-w-0 flex-1 rounded-2 border border-line-strong bg-raised px-2 focus:border-accent focus:outline-none max-sm:text-[16px]"
        />
        <Button type="submit" look="primary" disabled={isBusy || text.trim() === ''}>
          {t('question.send')}
        </Button>
      </form>
    </section>
  );
}
