// The few controls everything is built from: Base UI for behaviour and accessibility, one style sheet for the look.

import { Checkbox } from '@base-ui/react/checkbox';
import { NumberField } from '@base-ui/react/number-field';
import { Select } from '@base-ui/react/select';
import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import { Tooltip } from '@base-ui/react/tooltip';
import { Check, ChevronsUpDown } from 'lucide-react';
import { useId, type ButtonHTMLAttributes, type ReactElement, type ReactNode } from 'react';
import css from './controls.module.css';

export const classes = (...names: (string | false | undefined)[]): string => names.filter(Boolean).join(' ');

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: 'normal' | 'quiet' | 'primary';
  icon?: boolean;
  'data-testid'?: string;
}

export function Button({ look = 'normal', icon = false, className, ...props }: ButtonProps) {
  const variant = look === 'quiet' ? css['quiet'] : look === 'primary' && css['primary'];
  return <button type="button" className={classes(css['button'], variant, icon && css['icon'], className)} {...props} />;
}

/** A name for what shows only an icon, with its key. */
export function Hint({ text, keys, children }: { text: string; keys?: string; children: ReactElement }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger render={children} />
      <Tooltip.Portal>
        <Tooltip.Positioner className={css['positioner']} sideOffset={6}>
          <Tooltip.Popup className={css['tooltip']}>
            {text}
            {keys && <kbd className={css['key']}>{keys}</kbd>}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

export interface Choice<T> {
  value: T;
  label: string;
  /** Shown before the label. */
  mark?: ReactNode;
}

interface ChoiceProps<T> {
  label: string;
  value: T;
  choices: readonly Choice<T>[];
  onChange(value: T): void;
  testId: string;
}

export function SelectField<T extends string | number>({ label, value, choices, onChange, testId }: ChoiceProps<T>) {
  const id = useId();
  const current = choices.find((choice) => choice.value === value);
  return (
    <div className={css['field']}>
      <span className={css['label']} id={id}>
        {label}
      </span>
      <Select.Root value={value} onValueChange={(next) => next !== null && onChange(next)} modal={false}>
        <Select.Trigger className={classes(css['button'], css['select'])} aria-labelledby={id} data-testid={testId} data-value={value}>
          <Select.Value className={css['selectValue']}>
            {() => (
              <>
                {current?.mark}
                {current?.label}
              </>
            )}
          </Select.Value>
          <Select.Icon>
            <ChevronsUpDown aria-hidden />
          </Select.Icon>
        </Select.Trigger>
        <Select.Portal>
          <Select.Positioner className={css['positioner']} sideOffset={4} alignItemWithTrigger={false}>
            <Select.Popup className={css['popup']}>
              <Select.List className={css['list']}>
                {choices.map((choice) => (
                  <Select.Item key={choice.value} value={choice.value} className={css['option']} data-testid={`${testId}-${choice.value}`}>
                    <Select.ItemIndicator className={css['check']}>
                      <Check aria-hidden />
                    </Select.ItemIndicator>
                    <Select.ItemText className={css['optionText']}>
                      {choice.mark}
                      {choice.label}
                    </Select.ItemText>
                  </Select.Item>
                ))}
              </Select.List>
            </Select.Popup>
          </Select.Positioner>
        </Select.Portal>
      </Select.Root>
    </div>
  );
}

interface SegmentsProps<T> extends ChoiceProps<T> {
  /** Icons instead of text; the label becomes the accessible name. */
  iconsOnly?: boolean;
}

export function Segments<T extends string>({ label, value, choices, onChange, testId, iconsOnly = false }: SegmentsProps<T>) {
  return (
    <ToggleGroup
      className={css['segments']}
      aria-label={label}
      value={[value]}
      onValueChange={([next]) => next !== undefined && onChange(next as T)}
      data-testid={testId}
      data-value={value}
    >
      {choices.map((choice) => (
        <Toggle key={choice.value} value={choice.value} className={css['segment']} aria-label={choice.label} data-testid={`${testId}-${choice.value}`}>
          {choice.mark}
          {!iconsOnly && choice.label}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}

export function FieldRow({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={css['field']}>
      <span className={css['label']}>{label}</span>
      {children}
    </div>
  );
}

interface NumberProps {
  label: string;
  value: number;
  min: number;
  max: number;
  step: number;
  unit?: string;
  onChange(value: number): void;
  testId: string;
  /** Without its own row. */
  bare?: boolean;
}

export function NumberBox({ label, value, min, max, step, unit, onChange, testId, bare = false }: NumberProps) {
  const box = (
    <NumberField.Root
      value={value}
      min={min}
      max={max}
      step={step}
      largeStep={10 * step}
      locale="en-US"
      format={{ useGrouping: false, maximumFractionDigits: 5 }}
      onValueCommitted={(next) => next !== null && onChange(next)}
    >
      <NumberField.Group className={css['number']}>
        <NumberField.Input className={css['numberInput']} aria-label={label} data-testid={testId} />
        {unit && <span className={css['unit']}>{unit}</span>}
      </NumberField.Group>
    </NumberField.Root>
  );
  return bare ? box : <FieldRow label={label}>{box}</FieldRow>;
}

interface CheckProps {
  checked: boolean;
  onChange(checked: boolean): void;
  children: ReactNode;
  testId: string;
}

export function CheckRow({ checked, onChange, children, testId }: CheckProps) {
  return (
    <label className={css['checkRow']}>
      <Checkbox.Root className={css['checkbox']} checked={checked} onCheckedChange={onChange} data-testid={testId}>
        <Checkbox.Indicator>
          <Check aria-hidden strokeWidth={3} />
        </Checkbox.Indicator>
      </Checkbox.Root>
      {children}
    </label>
  );
}
