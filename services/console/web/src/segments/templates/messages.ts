import { messages } from '../../language/messages.ts';

/** Texts on templates of segments. */
export const templateMessages = messages(
  {
    begin: 'Begin with a template…',
    title: 'Templates',
    note: 'Choose one, adapt its values, and go on in the builder.',
    use: 'Use this template',
    back: 'Other templates',
    close: 'Without a template',
    wrong: 'These values make no condition. Check names, numbers and lengths.',
    score: 'Customers wanted',
    score_5: 'the best fifth',
    score_4: 'the best two fifths',
    score_3: 'the best three fifths',
    score_2: 'the best four fifths',
    compute: 'Compute the thresholds',
    computed: {
      one: (n: string, period: string) => `Computed now from ${n} customer with a purchase in the last ${period}.`,
      other: (n: string, period: string) => `Computed now from ${n} customers with a purchase in the last ${period}.`,
    },
    noCustomers: 'Nobody has made a purchase in this period, so there are no thresholds.',
  },
  {
    begin: 'Empezar con una plantilla…',
    title: 'Plantillas',
    note: 'Elija una, adapte sus valores y siga en el editor.',
    use: 'Usar esta plantilla',
    back: 'Otras plantillas',
    close: 'Sin plantilla',
    wrong: 'Con estos valores no sale ninguna condición. Compruebe nombres, números y duraciones.',
    score: 'Clientes buscados',
    score_5: 'la mejor quinta parte',
    score_4: 'las dos mejores quintas partes',
    score_3: 'las tres mejores quintas partes',
    score_2: 'las cuatro mejores quintas partes',
    compute: 'Calcular los umbrales',
    computed: {
      one: (n, period) => `Calculado ahora a partir de ${n} cliente con alguna compra en un plazo de ${period}.`,
      other: (n, period) => `Calculado ahora a partir de ${n} clientes con alguna compra en un plazo de ${period}.`,
    },
    noCustomers: 'Nadie ha comprado en este periodo, así que no hay umbrales.',
  },
);
