// RUN: resnet-opt %s --split-input-file --verify-diagnostics

func.func @coordinates(%x: tensor<?x8x6x6xf32>, %g: tensor<?x4x5x3xf32>) {
  // expected-error @+2 {{places of the grid have 3 coordinates, but an image has 2}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.grid_sample %x, %g : (tensor<?x8x6x6xf32>, tensor<?x4x5x3xf32>) -> tensor<?x8x4x5xf32>
  return
}

// -----

func.func @images(%x: tensor<2x8x6x6xf32>, %g: tensor<3x4x5x2xf32>) {
  // expected-error @+2 {{the input has 2 images, but the grid has 3}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.grid_sample %x, %g : (tensor<2x8x6x6xf32>, tensor<3x4x5x2xf32>) -> tensor<2x8x4x5xf32>
  return
}

// -----

func.func @volume(%x: tensor<?x8x6x6x6xf32>, %g: tensor<?x4x5x2xf32>) {
  // expected-error @+2 {{the input has shape ?x8x6x6x6, but must have rank 4}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.grid_sample %x, %g : (tensor<?x8x6x6x6xf32>, tensor<?x4x5x2xf32>) -> tensor<?x8x4x5xf32>
  return
}

// -----

func.func @mode(%x: tensor<?x8x6x6xf32>, %g: tensor<?x4x5x2xf32>) {
  // expected-error @+1 {{there is no mode 'bilinear'}}
  %y = resnet.grid_sample %x, %g {mode = "bilinear"} : (tensor<?x8x6x6xf32>, tensor<?x4x5x2xf32>) -> tensor<?x8x4x5xf32>
  return
}

// -----

func.func @padding(%x: tensor<?x8x6x6xf32>, %g: tensor<?x4x5x2xf32>) {
  // expected-error @+1 {{there is no padding_mode 'edge'}}
  %y = resnet.grid_sample %x, %g {padding = "edge"} : (tensor<?x8x6x6xf32>, tensor<?x4x5x2xf32>) -> tensor<?x8x4x5xf32>
  return
}

// -----

func.func @region(%x: tensor<1x8x6x6xf32>, %r: tensor<9x5xf32>, %i: tensor<9xi64>) {
  // expected-error @+2 {{regions have 5 coordinates, not 4}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.roi_align %x, %r, %i : (tensor<1x8x6x6xf32>, tensor<9x5xf32>, tensor<9xi64>) -> tensor<9x8x1x1xf32>
  return
}

// -----

func.func @indices(%x: tensor<1x8x6x6xf32>, %r: tensor<9x4xf32>, %i: tensor<8xi64>) {
  // expected-error @+2 {{there are 9 regions, but 8 batch_indices}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.roi_align %x, %r, %i : (tensor<1x8x6x6xf32>, tensor<9x4xf32>, tensor<8xi64>) -> tensor<9x8x1x1xf32>
  return
}

// -----

func.func @bins(%x: tensor<1x8x6x6xf32>, %r: tensor<9x4xf32>, %i: tensor<9xi64>) {
  // expected-error @+2 {{the result has 1x0 bins}}
  // expected-error @+1 {{failed to infer returned types}}
  %y = resnet.roi_align %x, %r, %i {output_width = 0 : i64} : (tensor<1x8x6x6xf32>, tensor<9x4xf32>, tensor<9xi64>) -> tensor<9x8x1x0xf32>
  return
}

// -----

func.func @samples(%x: tensor<1x8x6x6xf32>, %r: tensor<9x4xf32>, %i: tensor<9xi64>) {
  // expected-error @+1 {{sampling_ratio is -2}}
  %y = resnet.roi_align %x, %r, %i {sampling_ratio = -2 : i64} : (tensor<1x8x6x6xf32>, tensor<9x4xf32>, tensor<9xi64>) -> tensor<9x8x1x1xf32>
  return
}

// -----

func.func @largest(%x: tensor<1x8x6x6xf32>, %r: tensor<9x4xf32>, %i: tensor<9xi64>) {
  // expected-error @+1 {{there is no mode 'sum'}}
  %y = resnet.roi_align %x, %r, %i {mode = "sum"} : (tensor<1x8x6x6xf32>, tensor<9x4xf32>, tensor<9xi64>) -> tensor<9x8x1x1xf32>
  return
}
