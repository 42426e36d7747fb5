// A built-in test signal as input: its kind and what that kind can be told.

import { useState } from 'react';
import { SIGNAL_KINDS, SIGNAL_PARAMETERS, signalAddress, signalKeys, type SignalKey, type SignalKind } from '../store/address';
import { Button, NumberBox, SelectField } from './controls';
import css from './input_picker.module.css';

const KINDS = SIGNAL_KINDS.map(({ id, label }) => ({ value: id, label }));

export function SignalEntry({ onStart }: { onStart(address: string): void }) {
  const [kind, setKind] = useState<SignalKind>('multitone');
  const [values, setValues] = useState<Partial<Record<SignalKey, number>>>({});
  const address = signalAddress(kind, values);
  return (
    <form
      className={css['form']}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onStart(address);
      }}
    >
      <SelectField label="Signal" value={kind} choices={KINDS} onChange={(next) => setKind(next)} testId="signal-kind" />
      {signalKeys(kind).map((key) => {
        const { label, unit, min, max, step, initial } = SIGNAL_PARAMETERS[key];
        return (
          <NumberBox
            key={key}
            label={label}
            unit={unit}
            min={min}
            max={max}
            step={step}
            value={values[key] ?? initial}
            onChange={(next) => setValues((current) => ({ ...current, [key]: next }))}
            testId={`signal-${key}`}
          />
        );
      })}
      <div className={css['foot']}>
        <span className={css['address']} title={address} data-testid="signal-address">
          {address}
        </span>
        <Button type="submit" look="primary" data-testid="signal-start">
          Start
        </Button>
      </div>
    </form>
  );
}
